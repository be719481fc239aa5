// How a sync of a pod ended, and so when the next one comes by itself.

export interface Outcome {
  /** The runtime was asked to do something: the pod is looked at again at once. */
  readonly touched: boolean;
  /** Undefined after a success: the next sync comes in 60 to 90 s, if it could find anything to do. */
  readonly retryUs: number | undefined;
}

/** A pod's worker goes on to its next kind of work at once. */
export const SUCCESS: Outcome = { touched: false, retryUs: undefined };
export const TOUCHED: Outcome = { touched: true, retryUs: undefined };
