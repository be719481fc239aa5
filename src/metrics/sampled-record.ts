// What run.json says of requests that were sampled.

/** Value and half of its 95 % interval. */
type Known = readonly [value: number, half: number];

/** A regime that was measured, in base units. */
export interface RegimeRecord {
  readonly services: string;
  readonly endpoints: readonly number[];
  readonly requests_per_second: number;
  readonly measured_at_seconds: number;
  readonly measured_requests: number;
  readonly expected_requests: number;
  readonly request_duration_seconds_mean: Known;
  readonly request_duration_seconds_p50: Known;
  readonly request_duration_seconds_p99: Known;
  readonly requests_error_ratio: Known;
  readonly cpu_seconds_per_request: Known;
}

/** Of a run whose requests were to be sampled. */
export interface SampledRecord {
  readonly error: number;
  /** Why all of them were simulated all the same. */
  readonly in_full: readonly string[];
  readonly requests_simulated_ratio: number;
  /** By column of summary.csv, and of the mean and of CPU a request: within which bounds the full run's figure lies, 95 times of 100. */
  readonly intervals: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** By autoscaler: the same of the mean size that it wants. */
  readonly autoscaler_replicas: Readonly<Record<string, readonly [low: number, high: number]>>;
  readonly measured: number;
  /** Services whose figures were not known to the error when something changed. */
  readonly measured_in_vain: readonly { readonly services: string; readonly requests: number }[];
  readonly regimes: readonly RegimeRecord[];
}
