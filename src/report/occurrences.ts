// What happened in a run, and when: faults, actions, rollouts, changes of leaders and of sizes, as events.csv tells it.
import type { JobResults } from './read.ts';

export type OccurrenceKind = 'fault' | 'action' | 'rollout' | 'leader' | 'autoscaler';

/** Times in seconds. */
export interface Occurrence {
  readonly kind: OccurrenceKind;
  /** What its beginning and its end have in common: the name of a fault, `namespace/name` of an object. */
  readonly subject: string;
  /** Which of several of this subject it is: the node of a spot interruption. */
  readonly of?: string;
  /** What the event says of it. */
  readonly message: string;
  readonly from: number;
  /** `from` for what takes no time; undefined where it was not over when the run ended. */
  readonly to: number | undefined;
  /** It has an end of its own, however soon that comes. */
  readonly lasts: boolean;
  /** A rollout that was given up. */
  readonly aborted?: boolean;
  /** When a rollout had made no progress for as long as its deadline. */
  readonly overdueSince?: number;
}

interface Entry {
  readonly time: number;
  /** Of the object. */
  readonly name: string;
  readonly subject: string;
  readonly message: string;
}

type Part = 'instant' | 'begins' | 'ends' | 'aborts' | 'overdue';

interface Meaning {
  readonly kind: OccurrenceKind;
  readonly part: Part;
  /** Another beginning ends the one before. */
  readonly supersedes?: boolean;
  /** Whom it concerns, where that is not the object of the event. */
  readonly subject?: string;
  /** Of which objects, where not of all. */
  readonly of?: string;
  /** Which messages count, where not all do. */
  readonly says?: RegExp;
}

const BECAME_LEADER = / became leader$/;
const NEW_LEADER: Meaning = { kind: 'leader', part: 'instant', says: BECAME_LEADER };
/** Of members of etcd only changes are events. */
const CHANGED_LEADER: Meaning = { kind: 'leader', part: 'instant', subject: 'etcd' };

/** By source and reason; what is not here is nothing to draw a line for. `metrics/catalogue.ts` lists the same. */
const MEANINGS: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  fault: {
    FaultStarted: { kind: 'fault', part: 'begins' },
    FaultEnded: { kind: 'fault', part: 'ends' },
    FaultFired: { kind: 'fault', part: 'instant' },
  },
  cloud: {
    SpotInterruption: { kind: 'fault', part: 'begins', subject: 'spot interruption' },
    SpotTerminated: { kind: 'fault', part: 'ends', subject: 'spot interruption' },
  },
  timeline: { ActionApplied: { kind: 'action', part: 'instant' } },
  rollout: {
    RolloutStarted: { kind: 'rollout', part: 'begins', supersedes: true },
    RolloutComplete: { kind: 'rollout', part: 'ends' },
  },
  conditions: { ProgressDeadlineExceeded: { kind: 'rollout', part: 'overdue' } },
  'rollouts-controller': {
    // The first revision is no rollout.
    RolloutUpdated: { kind: 'rollout', part: 'begins', supersedes: true, says: /^(?!.* revision 1$)/ },
    RolloutCompleted: { kind: 'rollout', part: 'ends' },
    RolloutAborted: { kind: 'rollout', part: 'aborts' },
  },
  'horizontal-pod-autoscaler': { SuccessfulRescale: { kind: 'autoscaler', part: 'instant' } },
  'cluster-autoscaler': {
    ScaledUpGroup: { kind: 'autoscaler', part: 'instant', subject: 'cluster-autoscaler' },
    ScaleDown: { kind: 'autoscaler', part: 'instant', subject: 'cluster-autoscaler', of: 'Node' },
  },
  etcd: { LeaderLost: CHANGED_LEADER, LeaderElected: CHANGED_LEADER },
  'default-scheduler': { LeaderElection: NEW_LEADER },
  'kube-controller-manager': { LeaderElection: NEW_LEADER },
  'vpa-updater': { EvictedByVPA: { kind: 'autoscaler', part: 'instant', subject: 'vpa-updater' } },
};

const REASONS = new RegExp(
  Object.values(MEANINGS)
    .flatMap((reasons) => Object.keys(reasons))
    .join('|'),
);

const known = new WeakMap<JobResults, readonly Occurrence[]>();

/** In the order of their beginnings. Read once: marks, chart and narrative are of the same ones. */
export function readOccurrences(job: JobResults): readonly Occurrence[] {
  const occurrences = known.get(job) ?? read(job);
  known.set(job, occurrences);
  return occurrences;
}

function read(job: JobResults): Occurrence[] {
  const table = job.rowsOf('events.csv', REASONS);
  const columns = ['source', 'reason', 'kind', 'namespace', 'name', 'message'] as const;
  const [source, reason, kind, namespace, name, message] = columns.map((column) => table.text(column));
  const time = table.numbers('time_seconds');
  const begun: Occurrence[] = [];
  /** By kind, subject and object: where those that are not over stand in `begun`. */
  const open = new Map<string, number[]>();
  for (const at of reason.keys()) {
    const meaning = MEANINGS[source[at]]?.[reason[at]];
    if (meaning === undefined) continue;
    if (meaning.of !== undefined && meaning.of !== kind[at]) continue;
    if (meaning.says?.test(message[at]) === false) continue;
    const entry = {
      time: time[at],
      name: name[at],
      subject: subjectOf(meaning, namespace[at], name[at], message[at]),
      message: message[at],
    };
    take(begun, open, meaning, entry);
  }
  const inOrder = begun.toSorted((a, b) => a.from - b.from);
  return withoutFirstLeaders(withoutAnnouncements(inOrder)).map(plainLeader);
}

/** A fault that takes a spot machine back says so, and at the same instant so does the machine: that is told once, with its end. */
function withoutAnnouncements(all: readonly Occurrence[]): Occurrence[] {
  const announced = (from: number, node: string): string => `${from} the provider takes ${node} back`;
  const told = new Set(all.flatMap(({ from, of }) => (of === undefined ? [] : [announced(from, of)])));
  return all.filter(({ from, message }) => !told.has(`${from} ${message}`));
}

/** The first holder of a lease is no change. */
function withoutFirstLeaders(all: readonly Occurrence[]): Occurrence[] {
  const seen = new Set<string>();
  return all.filter(({ kind, subject, message }) => {
    const holds = kind === 'leader' && BECAME_LEADER.test(message);
    const counts = !holds || seen.has(subject);
    if (holds) seen.add(subject);
    return counts;
  });
}

/** Without the unique part of an identity: `cp1_7fe1eb6e-… became leader` is `cp1 became leader`. */
function plainLeader(one: Occurrence): Occurrence {
  return one.kind === 'leader' ? { ...one, message: one.message.replace(/_[0-9a-f-]{36}(?= )/, '') } : one;
}

function take(begun: Occurrence[], open: Map<string, number[]>, meaning: Meaning, entry: Entry): void {
  const { kind, part } = meaning;
  const { subject, name, message, time } = entry;
  if (part === 'instant') {
    begun.push({ kind, subject, message, from: time, to: time, lasts: false });
    return;
  }
  const key = `${kind} ${subject} ${name}`;
  const waiting = open.get(key) ?? [];
  open.set(key, waiting);
  const end = (change: Partial<Occurrence>): void => {
    const earliest = waiting.shift();
    if (earliest !== undefined) begun[earliest] = { ...begun[earliest], to: time, ...change };
  };
  if (part === 'overdue') {
    const [earliest] = waiting;
    if (waiting.length > 0) begun[earliest] = { ...begun[earliest], overdueSince: time };
  } else if (part === 'ends') end({});
  else if (part === 'aborts') end({ aborted: true });
  else {
    if (meaning.supersedes === true) end({});
    const one: Occurrence = { kind, subject, message, from: time, to: undefined, lasts: true };
    waiting.push(begun.push(meaning.subject === undefined ? one : { ...one, of: name, message: '' }) - 1);
  }
}

/** Faults without a name are distinguished by their message. */
function subjectOf({ subject, part }: Meaning, namespace: string, name: string, message: string): string {
  if (subject !== undefined) return subject;
  if (name !== '') return namespace === '' ? name : `${namespace}/${name}`;
  return part === 'ends' ? message.replace(/ is over$/, '') : message;
}
