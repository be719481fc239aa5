// How long a Job waits after failures before it makes new pods: 10 s, 20 s, 40 s … up to ten minutes, until a pod succeeds.

const FIRST_US = 10e6;
const LONGEST_US = 600e6;

export interface BackoffRecord {
  readonly failuresSinceSuccess: number;
  /** When the last of them ended; -1 for none. */
  readonly lastFailureUs: number;
}

export const NO_FAILURES: BackoffRecord = { failuresSinceSuccess: 0, lastFailureUs: -1 };

/** With pods that have ended since; times of their ends in µs. */
export function backoffAfter(
  before: BackoffRecord,
  succeededUs: readonly number[],
  failedUs: readonly number[],
): BackoffRecord {
  if (succeededUs.length === 0) {
    if (failedUs.length === 0) return before;
    return {
      failuresSinceSuccess: before.failuresSinceSuccess + failedUs.length,
      lastFailureUs: Math.max(...failedUs),
    };
  }
  const lastSuccessUs = Math.max(...succeededUs);
  const later = failedUs.filter((us) => us > lastSuccessUs);
  return later.length === 0 ? NO_FAILURES : { failuresSinceSuccess: later.length, lastFailureUs: Math.max(...later) };
}

/** From `nowUs` until new pods may be made. */
export function remainingUs({ failuresSinceSuccess, lastFailureUs }: BackoffRecord, nowUs: number): number {
  if (failuresSinceSuccess === 0) return 0;
  const backoffUs = Math.min(FIRST_US * 2 ** (failuresSinceSuccess - 1), LONGEST_US);
  return Math.max(0, backoffUs - (nowUs - lastFailureUs));
}
