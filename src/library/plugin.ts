// Types for authors of plugins: `/** @type {import('wavetank/plugin').Plugin} */` above `export default`. There is nothing to run in it.
import type { NodeAutoscaler, NodeAutoscalerContext } from '../autoscaler/node-autoscaler.ts';
import type { Rollout, RolloutContext } from '../controllers/deployment/rollouts/rollout.ts';
import type { Fault, FaultContext } from '../faults/fault.ts';
import type { Member } from '../lib/family.ts';
import type { Balancer, BalancerContext } from '../network/balancers/balancer.ts';
import type { ChartContext } from '../report/charts/chart.ts';
import type { Drawing } from '../report/drawing.ts';
import type { Handle, Plugin as SchedulerPlugin } from '../scheduler/framework/interface.ts';
import type { ArrivalContext, Arrivals } from '../traffic/arrivals/arrivals.ts';
import type { Policy, PolicyContext } from '../traffic/policies/policy.ts';
import type { pluginTools } from './plugin-tools.ts';

export type { Hands } from '../autoscaler/cluster/hands.ts';
export type { ListedNode, ListedPod, Listing } from '../autoscaler/cluster/listed.ts';
export type { NodeAutoscaler } from '../autoscaler/node-autoscaler.ts';
export type { DeploymentSync } from '../controllers/deployment/deployment-sync.ts';
export type {
  RevisionReadings,
  Rollout,
  RolloutContext,
  RolloutLimits,
} from '../controllers/deployment/rollouts/rollout.ts';
export type { ClusterReader, ReadNode, ReadPod } from '../faults/cluster-reader.ts';
export type { Fault, Outages } from '../faults/fault.ts';
export type { Member } from '../lib/family.ts';
export type { CloudProvider, NodeGroup } from '../model/ports/cloud.ts';
export type { ClusterSnapshot } from '../model/ports/cluster-snapshot.ts';
export type { Machinery } from '../model/ports/troubles.ts';
export type { Balancer, BalancerContext, BalancerView } from '../network/balancers/balancer.ts';
export type { Pool, PoolContext, PoolEndpoint, PoolRequest, Turn } from '../network/balancers/pool.ts';
export type { ChartContext } from '../report/charts/chart.ts';
export type { Drawing } from '../report/drawing.ts';
import type { JobQueue, JobQueueContext } from '../job-queues/job-queue.ts';
export type { JobQueue, JobQueueContext, QueuedJob, QueueDecision } from '../job-queues/job-queue.ts';
export type { Handle, Plugin as SchedulerPlugin } from '../scheduler/framework/interface.ts';
export type { ObjectPlugin } from '../scheduler/object-plugins/object-plugin.ts';
export type { SeenCluster, SeenNode, SeenPod } from '../scheduler/object-plugins/object-views.ts';
export type { ArrivalContext, Arrivals } from '../traffic/arrivals/arrivals.ts';
export type { Attempt, Fallback, Hedging, Policy, PolicyContext } from '../traffic/policies/policy.ts';

/** What a plugin is handed: schemas, errors, and helpers of each family. */
export type PluginTools = typeof pluginTools;

/** What a fault from outside has to work with. */
export type PluginFaultContext = Omit<FaultContext, 'state' | 'powers'>;

/** What a node autoscaler from outside has to work with. */
export type PluginNodeAutoscalerContext = Omit<NodeAutoscalerContext, 'engine'>;

/** Members by family. `tools.member({ … })` gives `create` the types of its arguments and of its context. */
export interface PluginMembers {
  readonly arrivals?: readonly Member<ArrivalContext, Arrivals>[];
  readonly balancers?: readonly Member<BalancerContext, Balancer>[];
  readonly faults?: readonly Member<PluginFaultContext, Fault>[];
  readonly jobQueues?: readonly Member<JobQueueContext, JobQueue | undefined>[];
  readonly nodeAutoscalers?: readonly Member<PluginNodeAutoscalerContext, NodeAutoscaler | undefined>[];
  readonly policies?: readonly Member<PolicyContext, Policy>[];
  readonly rollouts?: readonly Member<RolloutContext, Rollout>[];
  readonly schedulerPlugins?: readonly Member<Handle, SchedulerPlugin>[];
  readonly charts?: readonly Member<ChartContext, Drawing | undefined>[];
}

/** What a plugin file exports by default. */
export type Plugin = PluginMembers | ((tools: PluginTools) => PluginMembers);
