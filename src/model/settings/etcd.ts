// The members of etcd: names, places, and how long their disks take. Times in integer microseconds.
import type { DistributionSpec } from '../../lib/distribution.ts';

export interface EtcdSettings {
  /** One for each member, as its pod is called. */
  readonly names: readonly string[];
  /** One save of a member's log: the fsync of its write-ahead log. */
  readonly save: DistributionSpec;
  readonly heartbeatUs: number;
  /** How long a member waits for the end of a write: 5 s and two election timeouts. */
  readonly requestLimitUs: number;
}
