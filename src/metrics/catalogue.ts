// The catalogue: every table a job leaves behind, its columns, their units and what they mean. Row types come from it.

type ColumnType = 'text' | 'integer' | 'number';
export type Unit = 'any' | 'text' | 'seconds' | 'bytes' | 'ratio' | 'count' | 'per second' | 'bool';

/** Which way a figure is better. */
export type Better = 'higher' | 'lower' | 'neither';

export interface Column {
  readonly type: ColumnType;
  readonly unit: Unit;
  /** The cell may be empty: there was nothing to measure. A row holds null there. */
  readonly optional: boolean;
  readonly better: Better;
  readonly help: string;
}

interface Table {
  readonly file: string;
  readonly help: string;
  readonly columns: Readonly<Record<string, Column>>;
}

const text = (help: string) => ({ type: 'text', unit: 'text', optional: false, better: 'neither', help }) as const;
const count = (help: string, better: Better = 'neither') =>
  ({ type: 'integer', unit: 'count', optional: false, better, help }) as const;
const bool = (help: string) => ({ type: 'integer', unit: 'bool', optional: false, better: 'neither', help }) as const;
const seconds = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'seconds', optional: false, better, help }) as const;
const ratio = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'ratio', optional: false, better, help }) as const;
const perSecond = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'per second', optional: false, better, help }) as const;
const number = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'any', optional: false, better, help }) as const;
/** In the unit that the row names, or an empty cell. */
const someNumber = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'any', optional: true, better, help }) as const;
/** A mean of counts, or an empty cell. */
const someCount = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'count', optional: true, better, help }) as const;
/** Seconds, or an empty cell. */
const someSeconds = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'seconds', optional: true, better, help }) as const;
/** A ratio, or an empty cell. */
const someRatio = (help: string, better: Better = 'neither') =>
  ({ type: 'number', unit: 'ratio', optional: true, better, help }) as const;

const END = 'End of the interval, in seconds of simulated time since the start.';

const fragments = (resource: 'CPU' | 'memory') =>
  `Share of the free ${resource} that a typical pod cannot use, because it does not fit on the node: the mean over the pods created so far, by their CPU, memory and number (Weng et al., USENIX ATC 2023).`;
const GPU_ALLOCATED =
  'Share of all GPUs that pods hold, as the scheduler knows it; empty when no plugin looks after GPUs.';
const GPU_FRAGMENTED =
  'Share of the idle GPUs that a typical pod cannot use, by all pods that the scheduler has seen (Weng et al., USENIX ATC 2023); empty when none is idle.';

const requestDuration = {
  request_duration_seconds_mean: someSeconds(
    'Mean latency of completed requests, first attempt to last byte.',
    'lower',
  ),
  request_duration_seconds_p50: someSeconds('Median latency of completed requests.', 'lower'),
  request_duration_seconds_p90: someSeconds('90th percentile of the latency of completed requests.', 'lower'),
  request_duration_seconds_p99: someSeconds('99th percentile of the latency of completed requests.', 'lower'),
  request_duration_seconds_p999: someSeconds('99.9th percentile of the latency of completed requests.', 'lower'),
} as const;

const summary = {
  file: 'summary.csv',
  help: 'The whole run in one row. Requests are those that clients sent from outside, counted after the warm-up.',
  columns: {
    scenario: text('Name of the scenario.'),
    job: text('Identifier of the job within the scenario.'),
    seed: text('Seed of all random streams.'),
    duration_seconds: seconds('Simulated time, warm-up included.'),
    warmup_seconds: seconds('Simulated time at the start that requests are not counted in.'),
    requests_total: count('Requests that arrived.'),
    requests_completed_total: count('Requests that were answered successfully.', 'higher'),
    requests_failed_total: count('Requests that failed after their last attempt, for any reason.', 'lower'),
    requests_timeout_total: count('Requests that failed because they timed out.', 'lower'),
    requests_refused_total: count('Requests that failed because nothing accepted the connection.', 'lower'),
    requests_overload_total: count('Requests that failed because a full queue rejected them (503).', 'lower'),
    requests_error_total: count('Requests that failed because the program answered with an error (500).', 'lower'),
    requests_in_flight: count('Requests under way at the end.'),
    requests_error_ratio: someRatio('Failed requests by requests that ended. Empty when none ended.', 'lower'),
    requests_per_second: perSecond('Mean rate of arrivals, from the first start of a source to the last stop.'),
    ...requestDuration,
    calls_total: count('Calls between services and from outside to the first service, attempts included.'),
    call_retries_total: count('Attempts after the first, from outside and inside.', 'lower'),
    kube_pod_created_total: count('Pods created.'),
    kube_pod_deleted_total: count('Pods removed from the API server.'),
    kube_pod_scheduled_total: count('Pods bound to a node.', 'higher'),
    kube_pod_preempted_total: count('Pods deleted to make room for pods of higher priority.', 'lower'),
    kube_pod_evicted_total: count(
      'Pods evicted: by taints, by pressure on their node, or through the Eviction API (drains).',
      'lower',
    ),
    pod_startup_seconds_p50: someSeconds('Median time from creation to ready, of pods that became ready.', 'lower'),
    pod_startup_seconds_p99: someSeconds('99th percentile of the time from creation to ready.', 'lower'),
    scheduler_pod_scheduling_sli_duration_seconds_p50: someSeconds('Median time from creation to binding.', 'lower'),
    scheduler_pod_scheduling_sli_duration_seconds_p99: someSeconds(
      '99th percentile of the time from creation to binding.',
      'lower',
    ),
    scheduler_schedule_attempts_total: count('Scheduling attempts, successful or not.'),
    scheduler_schedule_attempts_unschedulable_total: count('Scheduling attempts that found no node.', 'lower'),
    kube_pod_status_phase_pending: count('Pods pending at the end.', 'lower'),
    kube_pod_status_phase_running: count('Pods running at the end.'),
    kube_pod_container_status_restarts_total: count('Restarts of containers.', 'lower'),
    apiserver_writes_total: count('Writes that the API server accepted.'),
    apiserver_conflicts_total: count(
      'Writes that the API server rejected because the object had changed (409).',
      'lower',
    ),
    kube_node_info: count('Nodes at the end.'),
    kube_node_status_ready: count('Nodes ready at the end.', 'higher'),
    node_cost: someNumber(
      'Cost of the nodes for the simulated time, by `hourlyCost` of their pools and in its currency. Empty when no pool has a price.',
      'lower',
    ),
    cpu_requested_ratio: someRatio('CPU requests as a share of allocatable, mean over nodes and intervals.'),
    memory_requested_ratio: someRatio('Memory requests as a share of allocatable, mean over nodes and intervals.'),
    cpu_fragmentation_ratio: someRatio(`${fragments('CPU')} Mean over intervals.`, 'lower'),
    memory_fragmentation_ratio: someRatio(`${fragments('memory')} Mean over intervals.`, 'lower'),
    nodes_used: someCount('Nodes with at least one pod, mean over intervals.'),
    gpu_allocated_ratio: someRatio(`${GPU_ALLOCATED} At the end.`, 'higher'),
    gpu_fragmented_ratio: someRatio(`${GPU_FRAGMENTED} At the end.`, 'lower'),
    events_total: count('Simulation events handled.'),
  },
} as const satisfies Table;

const series = {
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

const services = {
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

const revisions = {
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

const workloads = {
  file: 'workloads.csv',
  help: 'Each workload over time, as its spec and status say: what it wants and what it has. An empty cell: the kind has no such number. Pods of ReplicaSets of Deployments are in revisions.csv. Where there are very many workloads the interval is a multiple of that of series.csv; run.json says which.',
  columns: {
    time_seconds: seconds(END),
    kind: text('Deployment, StatefulSet …; a ReplicaSet if nobody controls it.'),
    namespace: text('Namespace.'),
    name: text('Name.'),
    desired: someCount('Pods that it is to have.'),
    current: someCount('Pods that it has.'),
    ready: someCount('Ready pods.', 'higher'),
    updated: someCount('Pods of its newest template.'),
    available: someCount('Pods that have been ready for its minReadySeconds.', 'higher'),
  },
} as const satisfies Table;

const ordinals = {
  file: 'ordinals.csv',
  help: 'The pod of each ordinal of each StatefulSet over time: a row for each stretch in which it was in one state, in the order in which they began.',
  columns: {
    namespace: text('Namespace.'),
    statefulset: text('Name of the StatefulSet.'),
    ordinal: count('Ordinal.'),
    uid: text('UID of the pod.'),
    revision: someCount('Revision of the pod, as in pods.csv.'),
    pod_template_hash: text('Of the pod, its label controller-revision-hash.'),
    state: text(
      'Pending, NotReady and Ready as the API server had them, Terminating once its deletion was requested, Ended for a pod that failed or succeeded.',
    ),
    from_seconds: seconds('When it came into that state.'),
    to_seconds: seconds('When it left it, or the end of the run.'),
  },
} as const satisfies Table;

const batch = {
  file: 'batch.csv',
  help: 'Every Job that existed, those that are deleted included, in the order of their creation.',
  columns: {
    namespace: text('Namespace.'),
    job: text('Name.'),
    cronjob: text('The CronJob that made it; empty for none.'),
    created_seconds: seconds('Time of its creation.'),
    started_seconds: someSeconds('Time at which its controller started it; empty while it is suspended.'),
    finished_seconds: someSeconds('Time of its end; empty while it goes on.'),
    deleted_seconds: someSeconds('Time of its deletion.'),
    outcome: text('Complete or Failed; empty while it goes on.'),
    reason: text('Reason of that condition.'),
    completions: someCount('Successes that it needs; empty where any will do.'),
    succeeded: count('Pods, or indexes, that have succeeded and are counted.', 'higher'),
    failed: count('Pods that have failed and are counted.', 'lower'),
  },
} as const satisfies Table;

const training = {
  file: 'training.csv',
  help: 'Each gang of pods that train together, over time: one row per gang and interval, from its first member on. Where there are very many the interval is a multiple of that of series.csv.',
  columns: {
    time_seconds: seconds(END),
    kind: text('Kind of the object whose pods they are.'),
    namespace: text('Its namespace.'),
    name: text('Its name.'),
    state: text(
      'waiting for members; gathering more; beginning; computing; reducing, while gradients are summed up; saving; stalled, when one says nothing; done.',
    ),
    members: count('Pods that train together; 0 while some are missing.', 'higher'),
    steps: number('Steps done: of a whole gang, so that those of a smaller one count less.', 'higher'),
    saved_steps: number('Steps in the last checkpoint.', 'higher'),
    progress_ratio: ratio('Steps done as a share of all.', 'higher'),
    begins: count('How often it has begun.', 'lower'),
    lost_seconds: seconds('Time since the last checkpoint when a member was lost, summed up since the start.', 'lower'),
    step_seconds: someSeconds('Mean time of a step in the interval, all-reduce included.', 'lower'),
    straggler_ratio: someRatio('Share of that in which members on average waited for the slowest.', 'lower'),
    all_reduce_ratio: someRatio('Share of that which went into all-reduce.', 'lower'),
  },
} as const satisfies Table;

const queues = {
  file: 'queues.csv',
  help: 'Each queue of Jobs over time, where a job queue lets them in: one row per queue and interval.',
  columns: {
    time_seconds: seconds(END),
    queue: text('Name of the queue.'),
    pending: count('Jobs that wait.', 'lower'),
    admitted: count('Jobs that may run, and those that were stopped and whose pods have not gone.'),
    used_ratio: someRatio(
      'The largest share of any of its quotas that they hold; above 1 when it borrows; empty where it has none of what it holds.',
    ),
    admissions: count('Jobs let in since the start; one that was stopped counts again.'),
    preemptions: count('Jobs stopped for another one since the start.', 'lower'),
  },
} as const satisfies Table;

const nodepools = {
  file: 'nodepools.csv',
  help: 'Node pools over time, where a node autoscaler can change them: one row per pool and interval.',
  columns: {
    time_seconds: seconds(END),
    pool: text('Name of the pool.'),
    desired: count('Machines that the provider is asked for; of a pool that keeps its size, its nodes.'),
    nodes: count('Nodes that have registered.'),
    ready: count('Those of them that are ready.', 'higher'),
    hourly_cost: number('What they cost per hour.', 'lower'),
    reclaimed: count('Spot machines that the provider has taken back so far.', 'lower'),
  },
} as const satisfies Table;

const autoscalers = {
  file: 'autoscalers.csv',
  help: 'Each HorizontalPodAutoscaler over time, a row for each of its metrics. Where there are very many the interval is a multiple of that of series.csv.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace.'),
    name: text('Name.'),
    target: text('Kind and name of what it scales.'),
    min: count('Fewest replicas.'),
    max: count('Most replicas.'),
    desired: count('Replicas that it asked for when it looked last.'),
    current: count('Replicas that its target was to have then.'),
    ready: count('Ready pods of its target now.', 'higher'),
    metric: text(
      'The resource (of a container: `container/resource`), or the name of a custom or external metric, with its selector: `queue{name=mail}`.',
    ),
    value: someNumber(
      'What that was when it looked last: a share of what is requested, or in the unit of the metric. Empty: not known.',
    ),
    target_value: someNumber('What it should be.'),
  },
} as const satisfies Table;

const recommendations = {
  file: 'recommendations.csv',
  help: 'What each VerticalPodAutoscaler recommends for a container, beside what its pods request and use: a row per container, resource and interval. CPU in cores, memory in bytes.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace.'),
    name: text('Name of the VerticalPodAutoscaler.'),
    container: text('Name of the container.'),
    resource: text('cpu or memory.'),
    pods: count('Pods of its target.'),
    lower_bound: someNumber(
      'With less than this requested, a pod is made anew. Empty while there is no recommendation.',
    ),
    target: someNumber('What new pods request.'),
    upper_bound: someNumber('With more than this requested, a pod is made anew.'),
    requested: someNumber('What its pods request, mean.'),
    used: someNumber('What they use, as metrics-server knows it, mean of those that it knows.'),
  },
} as const satisfies Table;

const quotas = {
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

const pods = {
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

const nodes = {
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

const events = {
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

const histograms = {
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
export const jobColumns = {
  job: text('Identifier of the job: its folder below that of the scenario.'),
  cell: text('Identifier of the cell: the choice on each axis. Empty without a sweep.'),
  seed: text('Seed of all random streams.'),
  outcome: text('"ok", or "failed" when the job threw, ended or ran out of memory; its figures are empty then.'),
} as const satisfies Table['columns'];

/** compare.csv: one row per cell and figure. Differences are B − A, taken seed by seed. */
export const compareColumns = {
  cell: text('The choice on each axis that both sides have in common; empty without a sweep.'),
  figure: text('Column of jobs.csv.'),
  unit: text('Unit of the figure.'),
  pairs: count('Seeds that both sides have.'),
  mean_a: number('Mean of A over these seeds.'),
  mean_b: number('Mean of B over these seeds.'),
  difference: number('Mean of the differences.'),
  difference_low: someNumber(
    'Lower end of the 95 % confidence interval of the difference (Student, paired); empty for one pair.',
  ),
  difference_high: someNumber('Upper end of that interval.'),
  relative_difference_ratio: someRatio('Difference divided by the mean of A; empty where that is 0.'),
  verdict: text(
    '"better", "worse", "higher" or "lower" when the interval excludes 0, "no difference shown" when it does not, "equal" when no seed differs, "too few seeds" for one pair.',
  ),
} as const satisfies Table['columns'];

/** bench.csv: one row per figure and variant. Differences are the variant less the first one, taken seed by seed. */
export const benchColumns = {
  variant: text('Name of the variant.'),
  figure: text('Column of jobs.csv. Figures that are 0 for all variants are left out.'),
  unit: text('Unit of the figure.'),
  seeds: count('Seeds that have the figure.'),
  mean: number('Mean over these seeds.'),
  mean_low: someNumber('Lower end of the 95 % confidence interval of the mean (Student); empty for one seed.'),
  mean_high: someNumber('Upper end of that interval.'),
  pairs: count('Seeds that the first variant has as well; 0 for the first variant itself.'),
  difference: someNumber('Mean of the differences from the first variant.'),
  difference_low: someNumber(
    'Lower end of the 95 % confidence interval of the difference (Student, paired); empty for one pair.',
  ),
  difference_high: someNumber('Upper end of that interval.'),
  relative_difference_ratio: someRatio("Difference divided by the first variant's mean; empty where that is 0."),
  verdict: text('As in compare.csv; empty for the first variant.'),
} as const satisfies Table['columns'];

/** All tables by name, in the order in which they are documented. */
export const catalogue = {
  summary,
  series,
  services,
  revisions,
  workloads,
  ordinals,
  batch,
  training,
  queues,
  nodepools,
  autoscalers,
  recommendations,
  quotas,
  pods,
  nodes,
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
  fault: ['FaultStarted', 'FaultEnded', 'FaultFired'],
  rollout: ['RolloutStarted', 'RolloutComplete'],
} as const satisfies Record<string, readonly string[]>;
