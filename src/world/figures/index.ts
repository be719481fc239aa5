// Every figure that an expectation may name, in the order in which they are documented.
import { apiServerFigures } from './api-server.ts';
import { cacheFigures } from './caches.ts';
import { classFigures } from './classes.ts';
import { connectionFigures } from './connections.ts';
import { costFigures } from './costs.ts';
import { controlPlaneFigures } from './control-plane.ts';
import { databaseFigures } from './databases.ts';
import { denialFigures } from './denials.ts';
import { eventFigures } from './events.ts';
import { type Figure, gaugeOf, totalOf } from './figure.ts';
import { gatewayFigures } from './gateways.ts';
import { meshFigures } from './mesh.ts';
import { jobFigures } from './jobs.ts';
import { leaderFigures } from './leaders.ts';
import { messageFigures } from './messages.ts';
import { nameFigures } from './names.ts';
import { nodeActivityFigures } from './node-activity.ts';
import { nodeFigures } from './nodes.ts';
import { objectiveFigures } from './objectives.ts';
import { policyFigures } from './policies.ts';
import { queueFigures } from './queues.ts';
import { quotaFigures } from './quotas.ts';
import { requestFigures, serviceFigures } from './requests.ts';
import { revisionFigures } from './revisions.ts';
import { throttlingFigures } from './throttling.ts';
import { tracedFigures } from './traced.ts';
import { trainingFigures } from './training.ts';
import { userFigures } from './users.ts';
import { verticalAutoscalerFigures } from './vertical-autoscalers.ts';
import { workloadFigures } from './workloads.ts';

/** `<deployment>` and `<service>` must be objects of the input; `<reason>` is any event reason, `<object>` any name. */
export const figures: readonly Figure[] = [
  ...requestFigures,
  ...serviceFigures,
  ...objectiveFigures,
  ...classFigures,
  ...userFigures,
  ...cacheFigures,
  ...messageFigures,
  ...databaseFigures,
  ...nameFigures,
  ...connectionFigures,
  ...gatewayFigures,
  ...meshFigures,
  ...denialFigures,
  ...policyFigures,
  ...tracedFigures,
  gaugeOf('pods.running', 'Pods running', 'kube_pod_status_phase_running'),
  gaugeOf('pods.pending', 'Pods pending', 'kube_pod_status_phase_pending'),
  gaugeOf('pods.ready', 'Pods ready', 'kube_pod_status_ready'),
  gaugeOf('pods.terminating', 'Pods terminating', 'pods_terminating'),
  totalOf('pods.created', 'Pods created', 'kube_pod_created_total'),
  totalOf('pods.scheduled', 'Pods bound to a node', 'kube_pod_scheduled_total'),
  totalOf('pods.deleted', 'Pods deleted', 'kube_pod_deleted_total'),
  totalOf('pods.preempted', 'Pods preempted', 'kube_pod_preempted_total'),
  totalOf('pods.evicted', 'Pods evicted', 'kube_pod_evicted_total'),
  totalOf('pods.restarts', 'Restarts of containers', 'kube_pod_container_status_restarts_total'),
  totalOf('pods.startup.p50', 'Pods from creation to ready, median', 'pod_startup_seconds_p50'),
  totalOf('pods.startup.p99', 'Pods from creation to ready, p99', 'pod_startup_seconds_p99'),
  totalOf(
    'pods.scheduling.p50',
    'Pods from creation to binding, median',
    'scheduler_pod_scheduling_sli_duration_seconds_p50',
  ),
  totalOf(
    'pods.scheduling.p99',
    'Pods from creation to binding, p99',
    'scheduler_pod_scheduling_sli_duration_seconds_p99',
  ),
  ...workloadFigures,
  ...revisionFigures,
  ...verticalAutoscalerFigures,
  ...jobFigures,
  ...trainingFigures,
  ...queueFigures,
  ...leaderFigures,
  ...nodeFigures,
  ...nodeActivityFigures,
  ...quotaFigures,
  ...throttlingFigures,
  ...controlPlaneFigures,
  gaugeOf('nodes.ready', 'Nodes ready', 'kube_node_status_ready'),
  gaugeOf('nodes.used', 'Nodes in use', 'nodes_used'),
  totalOf('nodes.cost', 'Cost of the nodes', 'node_cost'),
  totalOf('cost.total', 'Cost of nodes and of bytes between zones', 'total_cost'),
  ...costFigures,
  gaugeOf('cpu.requested_ratio', 'CPU requested', 'cpu_requested_ratio'),
  gaugeOf('memory.requested_ratio', 'Memory requested', 'memory_requested_ratio'),
  gaugeOf('cpu.fragmentation_ratio', 'Fragmentation of CPU', 'cpu_fragmentation_ratio'),
  gaugeOf('memory.fragmentation_ratio', 'Fragmentation of memory', 'memory_fragmentation_ratio'),
  gaugeOf('gpu.allocated_ratio', 'GPUs allocated', 'gpu_allocated_ratio'),
  gaugeOf('gpu.fragmented_ratio', 'Fragmentation of GPUs', 'gpu_fragmented_ratio'),
  ...apiServerFigures,
  totalOf('api.conflicts', 'Conflicting writes to the API server', 'apiserver_conflicts_total'),
  totalOf('scheduler.attempts', 'Scheduling attempts', 'scheduler_schedule_attempts_total'),
  totalOf(
    'scheduler.unschedulable',
    'Scheduling attempts without a node',
    'scheduler_schedule_attempts_unschedulable_total',
  ),
  ...eventFigures,
];
