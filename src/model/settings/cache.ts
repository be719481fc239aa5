// A cache before the calls of a behaviour to another Service. Times in integer microseconds.
export interface CacheSpec {
  /** Keys that it holds at most; the one that was asked for longest ago goes first. */
  readonly entries: number;
  /** How long an answer is good; Infinity: until it is thrown out. */
  readonly ttlUs: number;
  /** An answer is good for a time that is shorter by up to this share, drawn evenly. */
  readonly ttlJitter: number;
  /** How long it takes to find something in a cache of the process itself. */
  readonly hitUs: number;
  /** Requests of one process that miss the same key wait for the first of them. */
  readonly singleFlight: boolean;
  /** While one request fetches what is too old, others take it as it is. */
  readonly serveStale: boolean;
  /** Probabilistic early expiry (XFetch): its beta; 0 is none. */
  readonly earlyExpiry: number;
  /** A process that starts has the most popular keys already. */
  readonly warm: boolean;
  /** With `at`: what the caller waits for the cache; 0 is no limit. Without an answer it goes on as if nothing was there. */
  readonly timeoutUs: number;
  /** The Service whose pods are the cache, asked before each call; undefined: the process has one of its own. */
  readonly at?:
    | { readonly namespace: string | undefined; readonly name: string; readonly port?: string | undefined }
    | undefined;
}
