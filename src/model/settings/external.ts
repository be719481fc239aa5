// Systems outside the cluster that pods call: databases, buckets, APIs of others.
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { BehaviorSpec } from './traffic.ts';

export interface ExternalSystem {
  /** Its DNS name, to which Services of type ExternalName lead. */
  readonly host: string;
  /** IPv4; without one it has one of those for documentation. */
  readonly address?: string | undefined;
  /** One way, from a node and back. */
  readonly latency: DistributionSpec;
  readonly requests: BehaviorSpec['requests'];
}
