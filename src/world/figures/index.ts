// Every figure that an expectation may name, in the order in which they are documented.
import { eventFigures } from './events.ts';
import { type Figure, gaugeOf, totalOf } from './figure.ts';
import { requestFigures, serviceFigures } from './requests.ts';
import { workloadFigures } from './workloads.ts';

/** `<deployment>` and `<service>` must be objects of the input; `<reason>` is any event reason. */
export const figures: readonly Figure[] = [
  ...requestFigures,
  ...serviceFigures,
  gaugeOf('pods.running', 'kube_pod_status_phase_running'),
  gaugeOf('pods.pending', 'kube_pod_status_phase_pending'),
  gaugeOf('pods.ready', 'kube_pod_status_ready'),
  gaugeOf('pods.terminating', 'pods_terminating'),
  totalOf('pods.created', 'kube_pod_created_total'),
  totalOf('pods.scheduled', 'kube_pod_scheduled_total'),
  totalOf('pods.deleted', 'kube_pod_deleted_total'),
  totalOf('pods.preempted', 'kube_pod_preempted_total'),
  totalOf('pods.evicted', 'kube_pod_evicted_total'),
  totalOf('pods.restarts', 'kube_pod_container_status_restarts_total'),
  totalOf('pods.startup.p50', 'pod_startup_seconds_p50'),
  totalOf('pods.startup.p99', 'pod_startup_seconds_p99'),
  totalOf('pods.scheduling.p50', 'scheduler_pod_scheduling_sli_duration_seconds_p50'),
  totalOf('pods.scheduling.p99', 'scheduler_pod_scheduling_sli_duration_seconds_p99'),
  ...workloadFigures,
  gaugeOf('nodes.ready', 'kube_node_status_ready'),
  gaugeOf('nodes.used', 'nodes_used'),
  totalOf('nodes.cost', 'node_cost'),
  gaugeOf('cpu.requested_ratio', 'cpu_requested_ratio'),
  gaugeOf('memory.requested_ratio', 'memory_requested_ratio'),
  gaugeOf('cpu.fragmentation_ratio', 'cpu_fragmentation_ratio'),
  gaugeOf('memory.fragmentation_ratio', 'memory_fragmentation_ratio'),
  gaugeOf('gpu.allocated_ratio', 'gpu_allocated_ratio'),
  gaugeOf('gpu.fragmented_ratio', 'gpu_fragmented_ratio'),
  totalOf('api.conflicts', 'apiserver_conflicts_total'),
  totalOf('scheduler.attempts', 'scheduler_schedule_attempts_total'),
  totalOf('scheduler.unschedulable', 'scheduler_schedule_attempts_unschedulable_total'),
  ...eventFigures,
];
