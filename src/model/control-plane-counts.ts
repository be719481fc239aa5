// What became of the control plane since the start, for figures: leaders of etcd, time without a quorum, requests that failed.

export class ControlPlaneCounts {
  leaderChanges = 0;
  /** Time without a quorum that is over, and since when there is none now (-1: there is one). */
  withoutQuorumUs = 0;
  lostQuorumUs = -1;
  /** Requests that failed because a server or etcd did. */
  failedWrites = 0;
  failedReads = 0;
  /** Restores of etcd from a snapshot. */
  restores = 0;
  /** After a restore without a bump of the revision kubelets hear nothing of a change up to this version: they believe to have seen it. */
  blindUntilVersion = -1;
  /** Rows of events that a restore lost: who lists events finds them no more. */
  readonly lostEvents: { readonly from: number; readonly to: number }[] = [];
}
