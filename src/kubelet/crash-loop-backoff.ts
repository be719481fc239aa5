// Hot dialect: the kubelet's back-off between restarts of one container (CrashLoopBackOff); times in integer microseconds.

/** The first back-off and the longest one: 10 s and 300 s in 1.36, the latter also the kubelet's maxContainerRestartPeriod. */
export interface CrashLoopBackOff {
  readonly initialUs: number;
  readonly maxUs: number;
}

// A container that ran longer since its last start decision is stable again, whatever the longest back-off (kubelet's HasExpiredFunc).
const STABLE_US = 600e6;

/**
 * How long after its exit a container waits for its restart; 0 = it starts at once. `backoffUs` and `decidedUs` are the back-off that the
 * last start decision left behind and when that was; a back-off of 0 says that there was none.
 */
export function crashLoopDelayUs(backoffUs: number, decidedUs: number, exitedUs: number): number {
  return exitedUs - decidedUs > STABLE_US ? 0 : backoffUs;
}

/** The back-off that a start decision leaves for the next restart: doubled, or the initial one for a container that was stable. */
export function nextBackoffUs(
  backoffUs: number,
  decidedUs: number,
  exitedUs: number,
  settings: CrashLoopBackOff,
): number {
  if (backoffUs === 0 || exitedUs - decidedUs > STABLE_US) return settings.initialUs;
  return Math.min(2 * backoffUs, settings.maxUs);
}
