// What marks a request that a proxy in a pod sends on.

/** In `Field.Step` of the request at the proxy: no endpoint of its backend was ready. */
export const NOBODY = -3;

/** Keeps the luck of what is sent on apart from that of the request itself. */
export const HOP = 0x6b43a9b5;
