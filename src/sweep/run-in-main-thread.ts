// The jobs of a sweep in the thread of the program itself, one after the other: for a debugger, a profiler, or where starting threads takes longer than the jobs.
import { setImmediate } from 'node:timers/promises';
import type { Batch, JobAnswer } from './batch.ts';
import type { Place } from './place.ts';

/** The main thread as a place. `worker`: the module whose `runJobs` threads would call. */
export function inMainThread(worker: URL): Place {
  return async (jobs, { batch: options, stop }, onEnd) => {
    const { runJobs } = (await import(worker.href)) as { readonly runJobs: (batch: Batch) => Promise<JobAnswer[]> };
    for (const one of jobs) {
      // Signals and progress have their turn.
      await setImmediate();
      if (stop.aborted) return;
      const [answer] = await runJobs({ jobs: [one], options });
      onEnd(one, answer);
    }
  };
}
