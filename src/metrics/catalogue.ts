// The catalogue: every table a job leaves behind, its columns, their units and what they mean. Row types come from it.
import { apiClients, etcd, levels } from './tables/api-server.ts';
import { autoscalers, nodepools, recommendations } from './tables/autoscaling.ts';
import { events, faults, histograms, leaders, nodes, pods, pressure, quotas } from './tables/cluster.ts';
import { caches } from './tables/caches.ts';
import { classes } from './tables/classes.ts';
import { costs, egress } from './tables/costs.ts';
import { connections, conntrack, endpoints, snat } from './tables/connections.ts';
import type { Column } from './tables/column.ts';
import { databases } from './tables/databases.ts';
import { denials } from './tables/denials.ts';
import { dns } from './tables/dns.ts';
import { gateways } from './tables/gateways.ts';
import { mesh } from './tables/mesh.ts';
import { summary } from './tables/summary.ts';
import { messages } from './tables/messages.ts';
import { policies } from './tables/policies.ts';
import { throttling } from './tables/processors.ts';
import { regimes } from './tables/sampled.ts';
import { breakdown, criticalPath, edges, saturation } from './tables/traced.ts';
import { revisionRequests, revisions, series, services } from './tables/traffic.ts';
import { users } from './tables/users.ts';
import { batch, ordinals, queues, training, workloads } from './tables/workloads.ts';

export const catalogue = {
  summary,
  series,
  services,
  revisions,
  revisionRequests,
  classes,
  users,
  caches,
  edges,
  breakdown,
  criticalPath,
  saturation,
  messages,
  databases,
  dns,
  connections,
  endpoints,
  conntrack,
  snat,
  gateways,
  mesh,
  denials,
  regimes,
  workloads,
  ordinals,
  batch,
  training,
  queues,
  leaders,
  levels,
  etcd,
  apiClients,
  throttling,
  policies,
  nodepools,
  costs,
  egress,
  autoscalers,
  recommendations,
  quotas,
  pods,
  nodes,
  pressure,
  faults,
  events,
  histograms,
} as const;

export type TableName = keyof typeof catalogue;
export const tableNames = Object.keys(catalogue) as readonly TableName[];

type Cell<C extends Column> = C['type'] extends 'text' ? string : C['optional'] extends true ? number | null : number;

/** A row of a table: `Row<'series'>`. Numbers are in the column's unit; null is an empty cell. */
export type Row<T extends TableName> = {
  [C in keyof (typeof catalogue)[T]['columns']]: (typeof catalogue)[T]['columns'][C] extends Column
    ? Cell<(typeof catalogue)[T]['columns'][C]>
    : never;
};

/**
 * The reasons in events.csv that the report marks in every chart over time, by source. A fault that lasts is distinguished from others
 * by its name or, without one, by its message; "<message> is over" ends it. FaultFired is a momentary fault.
 */
export const markReasons = {
  timeline: ['ActionApplied'],
  cloud: ['SpotInterruption', 'SpotTerminated'],
  fault: ['FaultStarted', 'FaultEnded', 'FaultFired'],
  rollout: ['RolloutStarted', 'RolloutComplete'],
  conditions: ['ProgressDeadlineExceeded'],
  'rollouts-controller': ['RolloutUpdated', 'RolloutCompleted', 'RolloutAborted'],
  'horizontal-pod-autoscaler': ['SuccessfulRescale'],
  'cluster-autoscaler': ['ScaledUpGroup', 'ScaleDown'],
  etcd: ['LeaderLost', 'LeaderElected'],
  'default-scheduler': ['LeaderElection'],
  'kube-controller-manager': ['LeaderElection'],
  'vpa-updater': ['EvictedByVPA'],
} as const satisfies Record<string, readonly string[]>;
