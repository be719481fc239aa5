// How processes of one component agree on the one that leads (client-go's leader election). Times in integer microseconds.

export interface LeaderElection {
  /** Undefined: where there is more than one process. Without an election a process leads from its start. */
  readonly leaderElect?: boolean | undefined;
  /** Others wait so long after the last renewal that they saw. */
  readonly leaseDurationUs: number;
  /** A leader that could not renew for so long gives up, and its process ends. */
  readonly renewDeadlineUs: number;
  /** Between two tries. */
  readonly retryPeriodUs: number;
}
