// Tables of quotas, pods, nodes, events and histograms.
import { bool, bytes, count, END, number, ratio, seconds, someCount, someSeconds, text, type Table } from './column.ts';

export const quotas = {
  file: 'quotas.csv',
  help: 'Each limit of each ResourceQuota over time. Where there are very many the interval is a multiple of that of series.csv.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace.'),
    name: text('Name.'),
    resource: text('What is limited, by its name in the quota: `pods`, `requests.cpu`, `count/deployments.apps`.'),
    used: number('What is used of it: pieces, cores or bytes.'),
    hard: number('The limit.'),
  },
} as const satisfies Table;

export const leaders = {
  file: 'leaders.csv',
  help: 'Each time that a process of the control plane led its component and ran, where the control plane may die: one row each, in the order of their starts. Two rows of a component may overlap: a leader that was stopped goes on for a while.',
  columns: {
    component: text('`kube-scheduler` or `kube-controller-manager`.'),
    process: text('Its process: `kube-scheduler-cp1`.'),
    from_seconds: seconds('When it had the lease, or went on.'),
    to_seconds: someSeconds('When it ended or was stopped; empty at the end of the run.'),
    first_action_seconds: someSeconds('When it sent its first write, the lease apart; empty for none.'),
  },
} as const satisfies Table;

export const pods = {
  file: 'pods.csv',
  help: 'Every pod that existed, one row each. Times are seconds since the start; an empty cell means that it did not happen.',
  columns: {
    namespace: text('Namespace.'),
    pod: text('Name.'),
    uid: text('UID.'),
    owner_kind: text('Kind of the controller that owns the pod; empty for a bare pod.'),
    owner: text('Name of the controller that owns the pod; empty for a bare pod.'),
    revision: someCount(
      'Revision of its ReplicaSet, as in revisions.csv, at the end; of a pod of a StatefulSet or DaemonSet that of its ControllerRevision. Empty where it has none or that is not kept any more.',
    ),
    pod_template_hash: text(
      'Of the template that it was made from, its label pod-template-hash or controller-revision-hash; empty where its owner has none.',
    ),
    node: text('Node that the pod was bound to; empty when never bound.'),
    created_seconds: seconds('Created.'),
    scheduled_seconds: someSeconds('Bound to its node.'),
    started_seconds: someSeconds('First container started.'),
    ready_seconds: someSeconds('First time ready.'),
    deleted_seconds: someSeconds('Deletion requested.'),
    finished_seconds: someSeconds('Last container ended, or the pod was removed.'),
    phase: text('Phase at the end: Pending, Running, Succeeded, Failed or Unknown.'),
    restarts: count('Restarts of its containers.'),
    gpu_index: text('GPUs of its node that the pod holds, as in alibabacloud.com/gpu-index: `0-1`; empty for none.'),
    reason: text('Why the pod is pending, was evicted or failed; else empty.'),
  },
} as const satisfies Table;

export const nodes = {
  file: 'nodes.csv',
  help: 'Each node over time. For large clusters the interval is a multiple of that of series.csv; run.json says which.',
  columns: {
    time_seconds: seconds(END),
    node: text('Name.'),
    zone: text('Zone; empty when the node has none.'),
    kube_node_status_ready: bool('1 when the API server considers the node ready.'),
    pods: count('Pods bound to the node.'),
    cpu_requested_ratio: ratio('CPU requests as a share of allocatable.'),
    memory_requested_ratio: ratio('Memory requests as a share of allocatable.'),
    cpu_usage_ratio: ratio('CPU used as a share of allocatable, mean over the interval.'),
  },
} as const satisfies Table;

export const pressure = {
  file: 'pressure.csv',
  help: "Memory and disk of nodes whose pods could fill them: a row per node, signal and interval from the first look of the kubelet's eviction manager on. Nodes that nothing can fill have none.",
  columns: {
    time_seconds: seconds(END),
    node: text('Name.'),
    signal: text(
      "memory, nodefs (the node's disk) or imagefs (images and writable layers, where these have a disk of their own).",
    ),
    capacity_bytes: bytes('Its size.'),
    available_bytes: bytes('What is left of it.', 'higher'),
    threshold_bytes: bytes('With less than this left pods are evicted.'),
    kube_node_status_pressure: bool('1 while the condition MemoryPressure, or DiskPressure, of the node is True.'),
  },
} as const satisfies Table;

export const faults = {
  file: 'faults.csv',
  help: 'The faults of the run in the order of their starts, and when `spec.objectives` held again. A fault answers for what happens until the next one begins, and on until they hold.',
  columns: {
    time_seconds: seconds('When it began.'),
    fault: text('What happened, as in events.csv.'),
    recovered: bool('1 when the objectives hold again before the run ends.'),
    recovery_seconds: someSeconds(
      'From its start to the end of the last interval in which they do not hold; 0 where it breaks none.',
      'lower',
    ),
    requests_failed: count('Requests that failed from the interval of its start to that one.', 'lower'),
  },
} as const satisfies Table;

export const events = {
  file: 'events.csv',
  help: 'What happened, in order: who, what, why. Sources "timeline" and "fault" are the scenario\'s; the others are Kubernetes components.',
  columns: {
    time_seconds: seconds('When the component recorded it, in seconds since the start.'),
    type: text('Normal or Warning.'),
    reason: text('What happened, in one word: Scheduled, Killing, FaultStarted, RolloutComplete, ...'),
    kind: text('Kind of the object; "Scenario" for entries of the timeline.'),
    namespace: text('Namespace of the object; empty where it has none.'),
    name: text('Name of the object.'),
    message: text('A sentence for humans.'),
    source: text('Component that reported it.'),
  },
} as const satisfies Table;

export const histograms = {
  file: 'histograms.csv',
  help: 'Distributions of the whole run as counts per bucket, to be summed over jobs before percentiles are taken.',
  columns: {
    scope: text('What was measured: requests, service, pod_startup, pod_scheduling.'),
    name: text('Which one of its kind, such as namespace/service; empty where there is one.'),
    le_seconds: seconds('Upper bound of the bucket, included.'),
    count: count('Values in this bucket alone, not cumulative. Buckets without values are left out.'),
  },
} as const satisfies Table;

/** What jobs.csv begins with; then a column per axis, a column per figure of an expectation, and the columns of summary.csv. */
