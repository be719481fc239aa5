// Controllers outside the cluster that set conditions which readiness gates of pods name, as those of load balancers do.
import type { DistributionSpec } from '../../lib/distribution.ts';

export interface ReadinessGateSetting {
  readonly conditionType: string;
  /** From when the containers of a pod are ready. */
  readonly after: DistributionSpec;
}
