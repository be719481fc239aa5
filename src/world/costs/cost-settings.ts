// What of a scenario says what things cost.
import type { ClusterSettings } from '../../model/settings/cluster.ts';
import type { ConnectionsSpec } from '../../model/settings/connections.ts';

export interface CostSettings {
  readonly cluster: ClusterSettings;
  /** Since 1970. */
  readonly startSeconds: number;
  readonly durationUs: number;
  readonly connections?: Pick<ConnectionsSpec, 'egress'>;
}
