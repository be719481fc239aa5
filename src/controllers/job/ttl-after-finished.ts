// Deletes Jobs that have ended, with their pods, when their ttlSecondsAfterFinished is over.
import { Refused } from '../../api/refused.ts';
import { timestampUs } from '../../lib/timestamp.ts';
import { clockUs, controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { finishedCondition, type Job } from '../kit/job-objects.ts';
import type { ObjectRow } from '../../model/rows.ts';

export const ttlAfterFinished = controller({
  name: 'ttl-after-finished-controller',
  queue: 'ttl-after-finished',
  workers: 'ttlAfterFinished',
  create: (work) => new TtlSyncs(work),
  watches({ views, queue }) {
    views.jobs.subscribe((row) => {
      const job = views.jobs.get(row);
      if (job !== undefined && expiresUs(job) !== undefined) queue.add(row);
    });
  },
});

class TtlSyncs {
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  *sync(row: ObjectRow): Steps {
    const { client, views } = this.#work;
    if (!this.#isDue(row, views.jobs.get(row))) return;
    // Its time may have been prolonged just now.
    yield* client.read(row).wait();
    if (!this.#isDue(row, client.answered(row) as Job | undefined)) return;
    const result = yield* client.delete(row, 'Foreground').wait();
    if (result < 0 && result !== Refused.NotFound) throw new SyncFailed('the Job could not be deleted');
  }

  #isDue(row: ObjectRow, job: Job | undefined): boolean {
    const dueUs = job === undefined ? undefined : expiresUs(job);
    if (dueUs === undefined) return false;
    const leftUs = dueUs - clockUs(this.#work);
    if (leftUs > 0) this.#work.queue.addAfter(row, leftUs);
    return leftUs <= 0;
  }
}

/** Undefined for a Job that is not cleaned up, or not yet. */
function expiresUs(job: Job): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  const finished = finishedCondition(job);
  if (ttlSecondsAfterFinished === undefined || finished === undefined) return undefined;
  if (job.metadata.deletionTimestamp !== undefined) return undefined;
  return timestampUs(finished.lastTransitionTime ?? '') + ttlSecondsAfterFinished * 1e6;
}
