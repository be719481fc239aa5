// How requests end, and what is known of many.

/** What is known of requests: durations in µs, a rate per second, a ratio of 0 to 1. */
export const REQUEST_FIGURES = ['count', 'rate', 'error_ratio', 'mean', 'p50', 'p90', 'p99', 'p999'] as const;
export type RequestFigure = (typeof REQUEST_FIGURES)[number];

/** How an attempt ends. */
export type RequestOutcome = 'ok' | 'error' | 'timeout' | 'refused' | 'reset' | 'overload';
