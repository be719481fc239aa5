// How a request to etcd ends, as its client learns it.

export const Outcome = {
  Done: 0,
  /** "etcdserver: request timed out" */
  TimedOut: 1,
  /** "etcdserver: request timed out, possibly due to previous leader failure" */
  LeaderFailed: 2,
  /** The connection to the member broke before an answer came. */
  Unavailable: 3,
  /** After one of those: the write was committed all the same. */
  Late: 4,
  /** After one of those: the write is in no log that counts. */
  Dropped: 5,
  /** "etcdserver: mvcc: database space exceeded" */
  NoSpace: 6,
} as const;

export const OUTCOME_SENTENCES: Readonly<Record<number, string>> = {
  [Outcome.TimedOut]: 'etcdserver: request timed out',
  [Outcome.LeaderFailed]: 'etcdserver: request timed out, possibly due to previous leader failure',
  [Outcome.Unavailable]: 'rpc error: code = Unavailable desc = error reading from server: EOF',
  [Outcome.NoSpace]: 'etcdserver: mvcc: database space exceeded',
};

/**
 * Called at the end of a request, with the token that it was given. Unless `settled`, nobody knows yet whether the write is
 * committed: one more answer says it, `Late` or `Dropped`.
 */
export type Answer = (token: number, outcome: number, settled: boolean) => void;
