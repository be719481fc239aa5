// One look at all queues: the head of each in turn, until none is left that could be admitted or could make room for itself.
import type { QueuedJob, QueueDecision } from './job-queue.ts';
import { victimsFor } from './preemption.ts';
import { type QueueSpec, type QueueUse, queueUses } from './quota-tree.ts';

/** Jobs for which others had to stop, by `namespace/name`: they come first, or those that stopped would take the room that they made. */
export type Promised = Set<string>;

/** What becomes of `promised` is for the next round. */
export function decideRound(
  specs: readonly QueueSpec[],
  jobs: readonly QueuedJob[],
  fair: boolean,
  promised: Promised,
): QueueDecision[] {
  const queues = queueUses(specs);
  const leaving: QueuedJob[] = [];
  const running: QueuedJob[] = [];
  const waiting = new Map<string, QueuedJob[]>();
  for (const job of jobs) {
    const use = queues.get(job.queue);
    if (use === undefined) continue;
    if (job.state === 'waiting') {
      const line = waiting.get(job.queue);
      if (line === undefined) waiting.set(job.queue, [job]);
      else line.push(job);
      continue;
    }
    use.take(job.requests);
    (job.state === 'leaving' ? leaving : running).push(job);
  }
  const isPromised = (job: QueuedJob): boolean => promised.has(keyOf(job));
  for (const line of waiting.values()) line.sort((a, b) => order(a, b, isPromised));
  const decisions: QueueDecision[] = [];
  const kept = new Set([...waiting.values()].flatMap((line) => line.map(keyOf)).filter((key) => promised.has(key)));
  for (;;) {
    const heads = [...waiting.values()].flatMap((line) => line.slice(0, 1));
    if (heads.length === 0) break;
    const job = heads.reduce((best, one) => (comesBefore(one, best, queues, fair, isPromised) ? one : best));
    const line = waiting.get(job.queue) ?? [];
    line.shift();
    const use = queues.get(job.queue);
    if (use === undefined) continue;
    const shortage = use.shortage(job.requests);
    if (shortage === undefined) {
      use.take(job.requests);
      kept.delete(keyOf(job));
      decisions.push({ type: 'admit', job });
      continue;
    }
    // Those that are leaving hold their quota until they are gone, and have made room for somebody by then.
    release(leaving, queues, -1);
    const fitsSoon = use.shortage(job.requests) === undefined;
    const victims = fitsSoon ? [] : victimsFor(job, use, queues, running, fair);
    release(leaving, queues, 1);
    for (const { job: victim, why } of victims ?? []) {
      const message = `Preempted to accommodate Job ${job.namespace}/${job.name} due to ${why}`;
      decisions.push({ type: 'preempt', job: victim, message });
      running.splice(running.indexOf(victim), 1);
      leaving.push(victim);
    }
    // What it waits for is nobody else's.
    if (victims === undefined) kept.delete(keyOf(job));
    else {
      use.take(job.requests);
      kept.add(keyOf(job));
    }
    const pending = victims === undefined ? '' : `. Pending the preemption of ${leaving.length} workload(s)`;
    decisions.push({ type: 'wait', job, message: `${shortage}${pending}` });
    if (use.spec.strict) waiting.delete(job.queue);
  }
  promised.clear();
  for (const key of kept) promised.add(key);
  return decisions;
}

function keyOf({ namespace, name }: QueuedJob): string {
  return `${namespace}/${name}`;
}

function release(jobs: readonly QueuedJob[], queues: ReadonlyMap<string, QueueUse>, times: number): void {
  for (const { queue, requests } of jobs) queues.get(queue)?.take(requests, times);
}

type IsPromised = (job: QueuedJob) => boolean;

/** In a queue: by priority, then by age. */
function order(a: QueuedJob, b: QueuedJob, isPromised: IsPromised): number {
  return Number(isPromised(b)) - Number(isPromised(a)) || b.priority - a.priority || a.createdUs - b.createdUs;
}

/** Among heads: with fair sharing the queue that would have borrowed least, else those that need not borrow; then as in a queue. */
function comesBefore(
  a: QueuedJob,
  b: QueuedJob,
  queues: ReadonlyMap<string, QueueUse>,
  fair: boolean,
  isPromised: IsPromised,
): boolean {
  const rank = (job: QueuedJob): number => {
    const use = queues.get(job.queue);
    if (use === undefined || isPromised(job)) return -1;
    return fair ? use.share(job.requests) : Number(use.shortage(job.requests, false) !== undefined);
  };
  return (rank(a) - rank(b) || order(a, b, isPromised)) < 0;
}
