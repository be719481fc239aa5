// What users are promised: by it a run says how long a fault hurts, and how much of the error budget is spent.

export interface Objectives {
  /** Share of requests that succeed, 0 to 1. */
  readonly availability: number;
  /** The availability is the scenario's own promise, so that there is a budget to spend. */
  readonly stated: boolean;
  /** A share of requests (0.99) and what these take at most, in µs; none where nothing is promised. */
  readonly latency: readonly { readonly quantile: number; readonly atMostUs: number }[];
  /** Share of the pods that workloads want which are ready; undefined: all of them where there is no traffic, else not looked at. */
  readonly ready: number | undefined;
}
