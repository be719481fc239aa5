// What is traced of requests: which share of them is followed on their way, and which are kept whole.

export interface Tracing {
  /** Share of the requests from outside of which every call is followed, 0 to 1. Rates, errors and latencies of edges are those of all. */
  readonly sample: number;
  /** How many of these are kept whole, spread evenly over the run; and how many more of each interval, its slowest. */
  readonly traces: number;
  readonly slowest: number;
}
