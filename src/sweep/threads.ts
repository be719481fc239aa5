// Threads of this machine that run batches of jobs: a job that ends its thread, or takes all of its memory, is that job's own failure.
import type { Piscina } from 'piscina';
import type { Batch, BatchOptions, JobAnswer, JobFailure, PlannedJob } from './batch.ts';

export interface ThreadOptions {
  /** The module whose `runJobs` the threads call. */
  readonly worker: URL;
  readonly threads: number;
  /** MiB of JavaScript heap that a thread may use; undefined: Node's own limit. */
  readonly heapMib: number | undefined;
}

export class Threads {
  readonly #pool: Piscina;
  readonly #heapMib: number | undefined;
  #ended = false;

  private constructor(pool: Piscina, heapMib: number | undefined) {
    this.#pool = pool;
    this.#heapMib = heapMib;
  }

  static async start({ worker, threads, heapMib }: ThreadOptions): Promise<Threads> {
    const { Piscina } = await import('piscina');
    const pool = new Piscina({
      filename: worker.href,
      name: 'runJobs',
      minThreads: threads,
      maxThreads: threads,
      ...(heapMib === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMib } }),
    });
    // A thread that dies between two batches is replaced; what it was given is answered by its batch.
    pool.on('error', () => undefined);
    return new Threads(pool, heapMib);
  }

  /** One answer a job. Throws once `destroy` was called. */
  async run(jobs: readonly PlannedJob[], options: BatchOptions): Promise<JobAnswer[]> {
    try {
      const plain = jobs.map((one) => ({ ...one }));
      return (await this.#pool.run({ jobs: plain, options } satisfies Batch)) as JobAnswer[];
    } catch (error) {
      if (this.#ended) throw error;
      if (jobs.length === 1) return [lost(error, this.#heapMib)];
      // Which job of the batch was it? Running each on its own will show.
      const answers = await Promise.all(jobs.map((one) => this.run([one], options)));
      return answers.flat();
    }
  }

  /** Ends the threads, whatever they are doing. */
  async destroy(): Promise<void> {
    this.#ended = true;
    await this.#pool.destroy();
  }
}

function lost(error: unknown, heapMib: number | undefined): JobFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'lost', message: `its thread ended: ${message}` };
  const limit = heapMib === undefined ? '' : ` (more than ${heapMib} MiB of heap)`;
  return { kind: 'lost', message: `it ran out of memory${limit}` };
}
