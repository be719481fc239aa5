// Tables of workloads: by interval, by ordinal, of Jobs, of training, of queues of Jobs.
import { count, END, number, ratio, seconds, someCount, someRatio, someSeconds, text, type Table } from './column.ts';

export const workloads = {
  file: 'workloads.csv',
  help: 'Each workload over time, as its spec and status say: what it wants and what it has. An empty cell: the kind has no such number. Pods of ReplicaSets of Deployments are in revisions.csv. Where there are very many workloads the interval is a multiple of that of series.csv; run.json says which.',
  columns: {
    time_seconds: seconds(END),
    kind: text('Deployment, StatefulSet …; a ReplicaSet or ReplicationController if nobody controls it.'),
    namespace: text('Namespace.'),
    name: text('Name.'),
    desired: someCount('Pods that it is to have.'),
    current: someCount('Pods that it has.'),
    ready: someCount('Ready pods.', 'higher'),
    updated: someCount('Pods of its newest template.'),
    available: someCount('Pods that have been ready for its minReadySeconds.', 'higher'),
  },
} as const satisfies Table;

export const ordinals = {
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

export const batch = {
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

export const training = {
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

export const queues = {
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
