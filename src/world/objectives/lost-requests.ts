// Requests that a run lost to its faults, as far as one run can tell.

interface Counted {
  readonly time_seconds: number;
  readonly requests_failed: number;
  readonly requests_completed: number;
}

/**
 * Failed requests from the interval of the first fault on, less as many as would have failed at the share of failures before it (after the
 * warm-up); at least 0. Undefined without a fault. `wavetank chaos` needs no such guess: it has the run without a fault.
 */
export function lostRequests(
  series: readonly Counted[],
  warmupUs: number,
  firstFaultUs: number | undefined,
): number | undefined {
  if (firstFaultUs === undefined) return undefined;
  const sums = { before: { failed: 0, ended: 0 }, after: { failed: 0, ended: 0 } };
  for (const { time_seconds, requests_failed: failed, requests_completed: completed } of series) {
    const endUs = time_seconds * 1e6;
    if (endUs <= warmupUs) continue;
    const into = endUs <= firstFaultUs ? sums.before : sums.after;
    into.failed += failed;
    into.ended += failed + completed;
  }
  const { before, after } = sums;
  const usual = before.ended === 0 ? 0 : before.failed / before.ended;
  return Math.max(0, after.failed - usual * after.ended);
}
