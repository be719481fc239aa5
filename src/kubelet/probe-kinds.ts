// The kinds of probe workers, and what such a worker knows.
export const STARTUP = 0;
export const LIVENESS = 1;
export const READINESS = 2;
export const KINDS = 3;

/** Nothing yet, a success, a failure. */
export const UNKNOWN = 0;
export const SUCCESS = 1;
export const FAILURE = 2;
