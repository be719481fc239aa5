// Tables of requests by interval: of all, by Service, by revision.
import { count, END, perSecond, seconds, someRatio, text, type Table } from './column.ts';
import { fragments, GPU_ALLOCATED, GPU_FRAGMENTED } from './fragmentation.ts';
import { requestDuration } from './request-duration.ts';

export const series = {
  file: 'series.csv',
  help: 'The whole cluster over time, one row per interval. Numbers of pods and nodes are those at the end of the interval.',
  columns: {
    time_seconds: seconds(END),
    requests: count('Requests from outside that arrived during the interval.'),
    requests_completed: count('Requests answered successfully during the interval.', 'higher'),
    requests_failed: count('Requests failed during the interval, for any reason.', 'lower'),
    requests_timeout: count('Requests failed during the interval because they timed out.', 'lower'),
    requests_refused: count('Requests failed during the interval because nothing accepted the connection.', 'lower'),
    requests_overload: count('Requests failed during the interval because a full queue rejected them (503).', 'lower'),
    requests_error: count(
      'Requests failed during the interval because the program answered with an error (500).',
      'lower',
    ),
    requests_in_flight: count('Requests in flight at the end of the interval.'),
    requests_error_ratio: someRatio('Share of failed requests among those that ended during the interval.', 'lower'),
    requests_per_second: perSecond('Arrivals.'),
    ...requestDuration,
    calls_per_second: perSecond('Calls between services and from outside to the first service, attempts included.'),
    kube_pod_status_phase_pending: count('Pods pending.', 'lower'),
    kube_pod_status_phase_running: count('Pods running, terminating ones not included.'),
    kube_pod_status_phase_succeeded: count('Pods succeeded.'),
    kube_pod_status_phase_failed: count('Pods failed.', 'lower'),
    pods_terminating: count('Pods with a deletion timestamp that still exist, whatever their phase.'),
    kube_pod_status_ready: count('Pods ready.', 'higher'),
    kube_node_status_ready: count('Nodes ready, as the API server knows them.', 'higher'),
    apiserver_writes_per_second: perSecond('Writes that the API server accepted.'),
    scheduler_pending_pods_active: count("Pods in the scheduler's active queue.", 'lower'),
    scheduler_pending_pods_backoff: count('Pods in back-off in the scheduler.', 'lower'),
    scheduler_pending_pods_unschedulable: count('Pods waiting in the scheduler for the cluster to change.', 'lower'),
    cpu_requested_ratio: someRatio('CPU requests as a share of allocatable of all nodes.'),
    memory_requested_ratio: someRatio('Memory requests as a share of allocatable of all nodes.'),
    cpu_fragmentation_ratio: someRatio(`${fragments('CPU')} Empty where nodes.csv has no row.`, 'lower'),
    memory_fragmentation_ratio: someRatio(`${fragments('memory')} Empty where nodes.csv has no row.`, 'lower'),
    nodes_used: count('Nodes with at least one pod.'),
    gpu_allocated_ratio: someRatio(GPU_ALLOCATED, 'higher'),
    gpu_fragmented_ratio: someRatio(GPU_FRAGMENTED, 'lower'),
  },
} as const satisfies Table;

export const services = {
  file: 'services.csv',
  help: 'Each Service over time, one row per Service and interval. Requests are the calls that it received, attempts included.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace of the Service.'),
    service: text('Name of the Service.'),
    requests: count('Calls to the Service that ended during the interval.'),
    errors: count('Calls to the Service that failed during the interval.'),
    ...requestDuration,
  },
} as const satisfies Table;

export const revisionRequests = {
  file: 'revision-requests.csv',
  help: 'Requests by the revision of the pod that served them, one row per revision and interval in which one ended. Attempts count, each by itself. Written where the input has `spec.rollouts`, a Rollout, or an expectation of `revision.…`.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace of the workload.'),
    kind: text('Kind of the workload: Deployment, StatefulSet, DaemonSet or Rollout.'),
    workload: text('Name of the workload.'),
    revision: count(
      'Revision, as `kubectl rollout history` numbers it at the end of the interval; 0 where it is not kept.',
    ),
    pod_template_hash: text(
      'Label of its pods: pod-template-hash, rollouts-pod-template-hash or controller-revision-hash.',
    ),
    requests: count('Attempts sent to its pods that ended for their callers during the interval.'),
    errors: count('Those of them that failed.', 'lower'),
    new_users: count(
      'Clients of sources (`traffic[].clients`) that it served for the first time, themselves or deeper in what they called: its sum over time is how many users met the revision.',
    ),
    ...requestDuration,
  },
} as const satisfies Table;

export const revisions = {
  file: 'revisions.csv',
  help: 'Pods of each Deployment by revision, one row per ReplicaSet that has or wants pods, and interval.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace of the Deployment.'),
    deployment: text('Name of the Deployment.'),
    revision: count('Revision, as in the annotation deployment.kubernetes.io/revision.'),
    replicaset: text('Name of the ReplicaSet.'),
    kube_replicaset_status_replicas: count('Pods of the revision.'),
    kube_replicaset_status_ready_replicas: count('Ready pods of the revision.'),
  },
} as const satisfies Table;
