// Columns of the latency of requests, of every table that has them.
import { someSeconds } from './column.ts';

export const requestDuration = {
  request_duration_seconds_mean: someSeconds(
    'Mean latency of completed requests, first attempt to last byte.',
    'lower',
  ),
  request_duration_seconds_p50: someSeconds('Median latency of completed requests.', 'lower'),
  request_duration_seconds_p90: someSeconds('90th percentile of the latency of completed requests.', 'lower'),
  request_duration_seconds_p99: someSeconds('99th percentile of the latency of completed requests.', 'lower'),
  request_duration_seconds_p999: someSeconds('99.9th percentile of the latency of completed requests.', 'lower'),
} as const;
