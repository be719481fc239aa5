// The delays and limits of the control plane, as the scenario gives them.
import type { DistributionSpec } from '../lib/distribution.ts';

export interface ApiSettings {
  /** A mutating request without etcd, and a read of one object from the cache. */
  readonly mutating: DistributionSpec;
  readonly read: DistributionSpec;
  /** Mutating requests served at once; the rest wait in order. 0: no limit. */
  readonly maxMutatingInflight: number;
  /** From the proposal to the quorum's fsync. */
  readonly etcdCommit: DistributionSpec;
  /** From the commit to each watcher. */
  readonly watchDelivery: DistributionSpec;
}

/** A client's token bucket; qps Infinity (or 0) means no limit. */
export interface ClientLimits {
  readonly qps: number;
  readonly burst: number;
}
