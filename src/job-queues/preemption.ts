// Which Jobs would are preempted for another: those of lower priority in its queue, and those on borrowed quota.
import type { QueuedJob } from './job-queue.ts';
import type { QueueUse } from './quota-tree.ts';

export interface Victim {
  readonly job: QueuedJob;
  readonly why: string;
}

const WITHIN = 'prioritization in the ClusterQueue';
const RECLAIM = 'reclamation within the cohort';
const FAIR = 'fair sharing within the cohort';

/** The fewest that are found, in the order in which they are to go; undefined when no set of them helps. */
export function victimsFor(
  wanted: QueuedJob,
  queue: QueueUse,
  queues: ReadonlyMap<string, QueueUse>,
  running: readonly QueuedJob[],
  fair: boolean,
): readonly Victim[] | undefined {
  const within = running.filter((job) => mayGoWithin(wanted, job, queue)).map((job) => ({ job, why: WITHIN }));
  const others = othersFor(wanted, queue, queues, running);
  // Those that borrow give back to whoever stays within its own.
  const reclaimed = search(wanted, queue, queues, [...others.map((job) => ({ job, why: RECLAIM })), ...within], {
    borrowing: false,
    fair: false,
  });
  if (reclaimed !== undefined) return reclaimed;
  const candidates = fair ? [...others.map((job) => ({ job, why: FAIR })), ...within] : within;
  return search(wanted, queue, queues, candidates, { borrowing: true, fair });
}

function mayGoWithin(wanted: QueuedJob, job: QueuedJob, { spec }: QueueUse): boolean {
  if (job.queue !== wanted.queue || spec.withinQueue === 'Never') return false;
  if (job.priority < wanted.priority) return true;
  if (spec.withinQueue === 'LowerPriority') return false;
  return job.priority === wanted.priority && job.createdUs > wanted.createdUs;
}

/** Jobs of queues of the cohort that borrow what it wants. */
function othersFor(
  wanted: QueuedJob,
  queue: QueueUse,
  queues: ReadonlyMap<string, QueueUse>,
  running: readonly QueuedJob[],
): QueuedJob[] {
  const { reclaim } = queue.spec;
  if (reclaim === 'Never') return [];
  return running.filter((job) => {
    const other = queues.get(job.queue);
    if (other === undefined || other === queue || !queue.cohort.includes(other)) return false;
    return other.borrows(wanted.requests) && (reclaim === 'Any' || job.priority < wanted.priority);
  });
}

interface Rules {
  /** It may run on the quota of others. */
  readonly borrowing: boolean;
  /** Nobody is left with less than the one that takes its place. */
  readonly fair: boolean;
}

/** Takes one after the other until it fits, then gives back those that need not go. What is held is as before in the end. */
function search(
  wanted: QueuedJob,
  queue: QueueUse,
  queues: ReadonlyMap<string, QueueUse>,
  candidates: readonly Victim[],
  { borrowing, fair }: Rules,
): readonly Victim[] | undefined {
  const useOf = ({ job }: Victim): QueueUse => queues.get(job.queue) ?? queue;
  const fits = (): boolean =>
    queue.shortage(wanted.requests, borrowing) === undefined && queue.shortage(wanted.requests) === undefined;
  const left = [...candidates].sort(
    (a, b) => Number(useOf(a) === queue) - Number(useOf(b) === queue) || order(a.job, b.job),
  );
  const gone: Victim[] = [];
  while (!fits()) {
    const next = left
      .filter((victim) => mayTake(victim, useOf(victim), queue, wanted, fair))
      .reduce<Victim | undefined>((best, one) => (best === undefined || isWorse(one, best) ? one : best), undefined);
    if (next === undefined) break;
    left.splice(left.indexOf(next), 1);
    gone.push(next);
    useOf(next).take(next.job.requests, -1);
  }
  const found = fits();
  // The last ones matter most: may they stay after all?
  const needed: Victim[] = [];
  for (const victim of gone.toReversed()) {
    useOf(victim).take(victim.job.requests);
    if (!found || fits()) continue;
    useOf(victim).take(victim.job.requests, -1);
    needed.unshift(victim);
  }
  for (const victim of needed) useOf(victim).take(victim.job.requests);
  return found && needed.length > 0 ? needed : undefined;

  /** Of two queues the one that has borrowed more; in one queue the order holds. */
  function isWorse(one: Victim, best: Victim): boolean {
    return fair && useOf(one) !== queue && useOf(one).share() > useOf(best).share();
  }
}

/** A queue gives up only what it has borrowed, and with fair sharing only as long as it has no less than the other one then would. */
function mayTake({ job }: Victim, use: QueueUse, queue: QueueUse, wanted: QueuedJob, fair: boolean): boolean {
  if (use === queue) return true;
  if (!use.borrows(wanted.requests)) return false;
  if (!fair) return true;
  use.take(job.requests, -1);
  const after = use.share();
  use.take(job.requests);
  return after >= queue.share(wanted.requests);
}

/** Those of low priority, and those admitted last, go first. */
function order(a: QueuedJob, b: QueuedJob): number {
  return a.priority - b.priority || b.admittedUs - a.admittedUs || b.createdUs - a.createdUs;
}
