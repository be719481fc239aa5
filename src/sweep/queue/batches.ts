// The jobs of a sweep that are not queued yet, and how many of them make a batch.
import type { PlannedJob } from '../batch.ts';

/** A batch takes about this long, so that what the queue costs does not count, and little is lost with a worker. */
const BATCH_SECONDS = 1;
const LARGEST_BATCH = 32;

export class Batches {
  readonly size: number;
  readonly #byId: ReadonlyMap<string, PlannedJob>;
  /** In order; those that were taken are gone. */
  readonly #waiting: Set<PlannedJob>;
  readonly #alone: PlannedJob[] = [];
  #seconds = 0;
  #ended = 0;

  constructor(jobs: readonly PlannedJob[]) {
    this.size = jobs.length;
    this.#byId = new Map(jobs.map((one) => [one.job.id, one]));
    this.#waiting = new Set(jobs);
  }

  get left(): number {
    return this.#waiting.size + this.#alone.length;
  }

  named(id: string): PlannedJob | undefined {
    return this.#byId.get(id);
  }

  /** They are queued already. */
  remove(jobs: readonly PlannedJob[]): void {
    for (const one of jobs) this.#waiting.delete(one);
  }

  /** To be taken one by one. */
  alone(jobs: readonly PlannedJob[]): void {
    this.#alone.push(...jobs);
  }

  /** A job took so many seconds at a worker. */
  took(seconds: number): void {
    this.#seconds += seconds;
    this.#ended += 1;
  }

  /** Jobs of one cell; one each until it is known how long they take, and never so many that one of the `threads` would have none. */
  take(threads: number): readonly PlannedJob[] {
    const alone = this.#alone.shift();
    if (alone !== undefined) return [alone];
    const perJob = this.#ended === 0 ? Infinity : this.#seconds / this.#ended;
    const share = Math.ceil(this.#waiting.size / (2 * Math.max(1, threads)));
    const most = Math.max(1, Math.min(Math.floor(BATCH_SECONDS / perJob), LARGEST_BATCH, share));
    const batch: PlannedJob[] = [];
    for (const one of this.#waiting) {
      if (batch.length === most || (batch.length > 0 && one.job.loaded !== batch[0].job.loaded)) break;
      batch.push(one);
    }
    this.remove(batch);
    return batch;
  }
}
