// How requests end, and what is known of many.

/** What is known of requests: durations in µs, a rate per second, a ratio of 0 to 1. */
export type RequestFigure = 'count' | 'rate' | 'error_ratio' | 'mean' | 'p50' | 'p90' | 'p99' | 'p999';

/** How an attempt ends. */
export type RequestOutcome = 'ok' | 'error' | 'timeout' | 'refused' | 'reset' | 'overload';
