// The figures of a timeline, as the recordings' summaries have them: one phase per action, times relative to the action.
import { numberOf } from './object-statuses.ts';
import { type AutoscalerChange, changeOf } from './autoscaler.ts';
import type { Action, Entry } from './recording.ts';

/** When things of one kind happened to pods, in seconds; `first` etc. are order statistics. */
export interface Spread {
  readonly n: number;
  readonly first: number;
  readonly p50: number;
  readonly p90: number;
  readonly last: number;
}

/** Time, ReplicaSet (rs1 is the oldest), size before, size after. */
export type Step = readonly [t: number, set: string, from: number, to: number];
/** Time, what, detail. */
export type Condition = readonly [t: number, what: string, detail: string];
/** Time, `kind/name` of an object, its status as the observer writes it. */
export type Status = readonly [t: number, object: string, detail: string];
/** Time, node, what, detail. */
export type NodeEvent = readonly [t: number, node: string, what: string, detail: string];

export interface Phase {
  readonly action: string;
  /** When it began and ended, seconds from t0. */
  readonly t: number;
  readonly until: number;
  readonly pods: Readonly<Record<string, Spread>>;
  readonly steps: readonly Step[];
  readonly conditions: readonly Condition[];
  /** When the Deployment was complete; of a StatefulSet, when its status last changed. */
  readonly complete: number | undefined;
  readonly statuses: readonly Status[];
  readonly nodeEvents: readonly NodeEvent[];
  readonly autoscaler: readonly AutoscalerChange[];
  readonly events: Readonly<Record<string, number>>;
  readonly readyAtStart: number;
  readonly readyMin: number;
  readonly readyMax: number;
  readonly readyAtEnd: number;
  readonly notDeletingMax: number;
  readonly existingMax: number;
  /** The Deployment's size at the end of the phase. */
  readonly desired: number;
  /** Desired less the fewest ready; undefined when not all were ready at the start. */
  readonly maxUnavailable: number | undefined;
  readonly maxSurge: number;
}

const POD_HAPPENINGS = [
  'created',
  'scheduled',
  'running',
  'ready',
  'unready',
  'succeeded',
  'failed',
  'disruption-target',
  'nominated',
  'unschedulable',
  'deleting',
  'deleted',
];

export function phasesOf(entries: readonly Entry[], actions: readonly Action[]): Phase[] {
  const pods = new PodCounts();
  const sets = new Map<string, string>();
  let at = 0;
  return actions.map((action, index) => {
    const until = actions[index + 1]?.t_actual ?? Infinity;
    const begin = at;
    const before = index === 0 ? -Infinity : action.t_actual;
    while (at < entries.length && entries[at].t < until) at += 1;
    const inside = entries.slice(begin, at).filter((one) => one.t >= before);
    return phaseOf(action, until, inside, pods, sets);
  });
}

function phaseOf(
  { what, t_actual: t }: Action,
  until: number,
  entries: readonly Entry[],
  pods: PodCounts,
  sets: Map<string, string>,
): Phase {
  const times = new Map<string, number[]>();
  const steps: Step[] = [];
  const conditions: Condition[] = [];
  const statuses: Status[] = [];
  const nodeEvents: NodeEvent[] = [];
  const autoscaler: AutoscalerChange[] = [];
  const events: Record<string, number> = {};
  let lastStatus: number | undefined;
  pods.begin();
  for (const entry of entries) {
    const since = round(entry.t - t);
    if (entry.kind === 'Pod') {
      pods.note(entry);
      const list = times.get(entry.what);
      if (list === undefined) times.set(entry.what, [since]);
      else list.push(since);
    } else if (entry.kind === 'ReplicaSet') {
      const step = stepOf(entry, since, sets);
      if (step !== undefined) steps.push(step);
    } else if (entry.kind === 'Deployment') {
      if (entry.what.startsWith('condition ')) conditions.push([since, entry.what, entry.detail]);
      pods.desired = sizeOf(entry) ?? pods.desired;
    } else if (['DaemonSet', 'PodDisruptionBudget', 'Job'].includes(entry.kind)) {
      if (entry.what === 'status') statuses.push([since, `${entry.kind}/${entry.name}`, entry.detail]);
      if (entry.kind === 'DaemonSet') pods.desired = numberOf(entry.detail, 'desired') ?? pods.desired;
    } else if (entry.kind === 'StatefulSet') {
      if (entry.what === 'status') lastStatus = since;
    } else if (entry.kind === 'Node') {
      if (/^(condition|taint|unschedulable)/.test(entry.what))
        nodeEvents.push([since, entry.name, entry.what, entry.detail]);
    } else if (entry.kind === 'HorizontalPodAutoscaler') {
      const change = changeOf(entry, since);
      if (change !== undefined) autoscaler.push(change);
    } else if (entry.kind === 'Event') {
      events[entry.what] = (events[entry.what] ?? 0) + 1;
    }
  }
  return {
    action: what,
    t,
    until,
    pods: Object.fromEntries(
      POD_HAPPENINGS.flatMap((one) => (times.has(one) ? [[one, spread(times.get(one) ?? [])]] : [])),
    ),
    steps,
    conditions,
    complete: becameTrue(conditions, 'NewReplicaSetAvailable') ?? lastStatus,
    statuses,
    nodeEvents,
    autoscaler,
    events,
    ...pods.figures(),
  };
}

/** When a condition last became True for this reason. */
export function becameTrue(conditions: readonly Condition[], reason: string): number | undefined {
  return conditions.findLast(([, , detail]) => detail === `True ${reason}`)?.[0];
}

/** `spec.replicas=10` of a new Deployment, `10->20` of a change. */
function sizeOf({ what, detail }: Entry): number | undefined {
  if (what === 'created') return Number(/spec\.replicas=(\d+)/.exec(detail)?.[1]);
  return what === 'spec.replicas' ? Number(detail.split('->')[1]) : undefined;
}

function stepOf({ name, what, detail }: Entry, since: number, sets: Map<string, string>): Step | undefined {
  if (what === 'created') {
    const set = `rs${sets.size + 1}`;
    sets.set(name, set);
    const size = Number(/spec\.replicas=(\d+)/.exec(detail)?.[1]);
    return [since, set, 0, size];
  }
  if (what !== 'scaled') return undefined;
  const [from, to] = detail.split('->').map(Number);
  return [since, sets.get(name) ?? name, from, to];
}

/** Pods that are there, not being deleted, and ready, with their extremes in a phase. */
class PodCounts {
  desired = 0;
  readonly #deleting = new Set<string>();
  readonly #ready = new Set<string>();
  readonly #existing = new Set<string>();
  /** Being deleted, succeeded or failed. */
  readonly #leaving = new Set<string>();
  #start = 0;
  #min = 0;
  #max = 0;
  #notDeleting = 0;
  #most = 0;
  #desiredAtStart = 0;

  begin(): void {
    this.#start = this.#readyNow();
    this.#min = this.#start;
    this.#max = this.#start;
    this.#notDeleting = this.#existing.size - this.#leaving.size;
    this.#most = this.#existing.size;
    this.#desiredAtStart = this.desired;
  }

  note({ name, what }: Entry): void {
    if (what === 'created') this.#existing.add(name);
    else if (what === 'ready') this.#ready.add(name);
    else if (what === 'unready') this.#ready.delete(name);
    else if (what === 'deleting') this.#deleting.add(name);
    else if (what === 'deleted')
      for (const set of [this.#existing, this.#deleting, this.#leaving, this.#ready]) set.delete(name);
    if (['deleting', 'succeeded', 'failed'].includes(what)) this.#leaving.add(name);
    const ready = this.#readyNow();
    this.#min = Math.min(this.#min, ready);
    this.#max = Math.max(this.#max, ready);
    this.#notDeleting = Math.max(this.#notDeleting, this.#existing.size - this.#leaving.size);
    this.#most = Math.max(this.#most, this.#existing.size);
  }

  #readyNow(): number {
    return [...this.#ready].filter((name) => !this.#deleting.has(name)).length;
  }

  figures() {
    const whole = this.#desiredAtStart > 0 && this.#start >= this.#desiredAtStart;
    return {
      readyAtStart: this.#start,
      readyMin: this.#min,
      readyMax: this.#max,
      readyAtEnd: this.#readyNow(),
      notDeletingMax: this.#notDeleting,
      existingMax: this.#most,
      desired: this.desired,
      maxUnavailable: whole ? Math.max(0, this.desired - this.#min) : undefined,
      maxSurge: this.#notDeleting - this.desired,
    };
  }
}

function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { n: sorted.length, first: at(0), p50: at(0.5), p90: at(0.9), last: sorted.at(-1) ?? NaN };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
