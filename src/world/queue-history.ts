// Every queue of Jobs over time: the rows of queues.csv, and the figures of queues.
import type { Row } from '../metrics/catalogue.ts';
import type { JobAdmission } from '../job-queues/job-admission.ts';
import type { QueueRecord } from '../job-queues/queue-record.ts';

export class QueueHistory {
  readonly rows: Row<'queues'>[] = [];
  readonly #admission: JobAdmission | undefined;

  constructor(admission: JobAdmission | undefined) {
    this.#admission = admission;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const admission = this.#admission;
    for (const [queue, record] of admission?.records ?? []) {
      const { pending = 0, admitted = 0 } = admission?.counts(queue) ?? {};
      const used = record.share(admission?.held(queue) ?? {});
      const { waitedUs, preempted } = record;
      this.rows.push({
        time_seconds,
        queue,
        pending,
        admitted,
        used_ratio: Number.isFinite(used) ? used : null,
        admissions: waitedUs.length,
        preemptions: preempted,
      });
    }
  }

  record(queue: string): QueueRecord | undefined {
    return this.#admission?.records.get(queue);
  }

  /** A column at the ends of the intervals from (included) to (excluded). */
  values(queue: string, column: 'pending' | 'admitted' | 'used_ratio', from: number, to: number): number[] {
    const own = this.rows.filter((row) => row.queue === queue).slice(from, to);
    return own.map((row) => row[column] ?? Infinity);
  }
}
