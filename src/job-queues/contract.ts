// What a job queue from outside is held to: queues with names and amounts, and decisions about Jobs that it was shown.
import type { Fail } from '../lib/contract.ts';
import type { FamilyContract } from '../lib/family.ts';
import { show } from '../lib/show.ts';
import type { JobQueue, JobQueueContext, QueuedJob, QueueDecision } from './job-queue.ts';

/** By decision: the state that the Job must be in. */
const STATES = { admit: 'waiting', preempt: 'admitted', wait: 'waiting' } as const;

export const jobQueueContract: FamilyContract<JobQueueContext, JobQueue | undefined> = {
  nowUs: (context) => context.nowUs,
  mayBeNothing: true,
  built: () => ({
    queues: {
      required: true,
      check: (value) =>
        Array.isArray(value) && value.every(isQueue)
          ? undefined
          : 'a list of `{ name, quota }`, the quota by resource in numbers of 0 or more',
    },
    decide: {
      required: true,
      call(decide, [jobs], fail) {
        const answer = decide(Object.freeze([...jobs]));
        if (!Array.isArray(answer)) return fail(`returned ${show(answer)}, expected a list of decisions`);
        const decided = new Set<QueuedJob>();
        return answer.map((decision: unknown) => checked(decision, jobs, decided, fail));
      },
    },
  }),
  context: (context) => ({
    get nowUs() {
      return context.nowUs;
    },
  }),
};

function isQueue(value: unknown): boolean {
  const { name, quota } = (value ?? {}) as { name?: unknown; quota?: unknown };
  if (typeof name !== 'string' || name === '' || typeof quota !== 'object' || quota === null) return false;
  return Object.values(quota).every((amount) => typeof amount === 'number' && amount >= 0 && Number.isFinite(amount));
}

function checked(decision: unknown, jobs: readonly QueuedJob[], decided: Set<QueuedJob>, fail: Fail): QueueDecision {
  const { type, job, message } = (decision ?? {}) as { type?: unknown; job?: unknown; message?: unknown };
  if (type !== 'admit' && type !== 'preempt' && type !== 'wait') {
    return fail(`decided ${show(type)}, expected a type of admit, preempt or wait`);
  }
  const found = jobs.find((one) => one === job);
  if (found === undefined) return fail(`decided about ${show(job)}, expected one of the Jobs that it was given`);
  const about = `for Job ${found.namespace}/${found.name}`;
  if (decided.has(found)) return fail('decided twice about one Job', about);
  decided.add(found);
  if (found.state !== STATES[type]) return fail(`decided ${type} about a Job that is ${found.state}`, about);
  if (type === 'admit') return { type, job: found };
  if (typeof message !== 'string') return fail(`gave ${show(message)} as message, expected a text`, about);
  return { type, job: found, message };
}
