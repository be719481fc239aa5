// Why the API server refuses a request, as a client's code sees it: the answer is a row (0 or more), or one of these.

export const Refused = {
  Conflict: -1,
  NotFound: -2,
  AlreadyExists: -3,
  Invalid: -4,
  Terminating: -5,
  /** 429: flow control turned it away, and its client has tried often enough. */
  TooManyRequests: -6,
  /** 504: the server gave up: etcd did not answer in time. Nobody knows whether a write was done. */
  ServerTimeout: -7,
  /** 500: etcd gave up. The same holds. */
  InternalError: -8,
  /** No server took the connection, or it broke. The same holds. */
  Unreachable: -9,
  /** This and everything below it: which sentence of `refusals.ts` says why. */
  Forbidden: -10,
} as const;

export function isForbidden(answer: number): boolean {
  return answer <= Refused.Forbidden;
}
