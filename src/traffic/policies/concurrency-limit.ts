// A limit of calls at a time that moves with how long they take.
export interface ConcurrencyLimit {
  /** Whole calls. */
  readonly limit: number;
  /** A call has ended: how long it took, how many were under way when it began, whether it was dropped. */
  sample(rttNs: number, inFlight: number, dropped: boolean): void;
}
