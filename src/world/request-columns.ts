// The columns about requests: how many ended in which way, and how long they took.
import type { Histogram } from '../metrics/histogram.ts';
import { Outcome } from '../traffic/calls.ts';
import { type Meters, Tally } from '../traffic/meters.ts';

const QUANTILES = [0.5, 0.9, 0.99, 0.999];

/** The columns of request durations, in seconds. */
export function quantiles(histogram: Histogram) {
  const [p50, p90, p99, p999] = histogram.quantilesSeconds(QUANTILES);
  return {
    request_duration_seconds_mean: histogram.meanSeconds(),
    request_duration_seconds_p50: p50,
    request_duration_seconds_p90: p90,
    request_duration_seconds_p99: p99,
    request_duration_seconds_p999: p999,
  };
}

/** Outcomes of attempts that failed. */
export const FAILURES = [Outcome.Error, Outcome.Timeout, Outcome.Refused, Outcome.Reset, Outcome.Overload];

/** The columns of how requests ended since they were last taken, over the first `sources` meters. */
export function takeOutcomes(meters: Meters, sources: number) {
  return outcomes((tally) => {
    let total = 0;
    for (let source = 0; source < sources; source += 1) total += meters.take(source, tally);
    return total;
  });
}

/** The same of whatever `sum` gives for each tally; it is asked once for each. */
export function outcomes(sum: (tally: number) => number) {
  const requests = sum(Tally.Begun);
  const completed = sum(Outcome.Ok);
  const timeout = sum(Outcome.Timeout);
  // A reset connection is one that nothing holds any more: for the client the same as one that nothing accepted.
  const refused = sum(Outcome.Refused) + sum(Outcome.Reset);
  const overload = sum(Outcome.Overload);
  const error = sum(Outcome.Error);
  const failed = timeout + refused + overload + error;
  return {
    requests,
    requests_completed: completed,
    requests_failed: failed,
    requests_timeout: timeout,
    requests_refused: refused,
    requests_overload: overload,
    requests_error: error,
    requests_error_ratio: failed + completed === 0 ? null : failed / (failed + completed),
  };
}
