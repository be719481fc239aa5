// How many jobs run at once on this machine.
import { availableParallelism } from 'node:os';
import { InputError } from '../lib/errors.ts';
import { counted } from '../lib/plural.ts';
import type { Place } from '../sweep/place.ts';
import { inMainThread } from '../sweep/run-in-main-thread.ts';
import { onThreads } from '../sweep/run-on-threads.ts';
import { JOBS } from './jobs-module.ts';
import { wholeNumber } from './scenario-options.ts';

const MOST_THREADS = 1024;

export const threadsOption = {
  describe:
    'jobs run at once; 0: one after the other in the main thread (default: $WAVETANK_THREADS, or one thread per processor)',
  type: 'string',
  requiresArg: true,
} as const;

/** From `least` up. Throws an InputError. */
export function readThreads(given: string | undefined, least = 0): number {
  const { WAVETANK_THREADS: preset } = process.env;
  const threads =
    given === undefined && preset !== undefined && preset !== ''
      ? wholeNumber('threads', preset, 0)
      : wholeNumber('threads', given, least);
  if (threads === undefined) return availableParallelism();
  if (threads > MOST_THREADS) throw new InputError(`--threads: at most ${MOST_THREADS}, got ${threads}`);
  return Math.max(least, threads);
}

/** Threads of this machine as a place, or its main thread, with its words for a summary: `on 2 threads`. */
export function threadsAsPlace(threads: number, jobs: number, heapMib?: number): { place: Place; where: string } {
  if (threads === 0) {
    if (heapMib !== undefined) throw new InputError('--job-memory: limits threads, and --threads 0 has none');
    return { place: inMainThread(JOBS), where: 'in the main thread' };
  }
  const used = Math.max(1, Math.min(threads, jobs));
  return {
    place: onThreads({ worker: JOBS, threads, heapMib }),
    where: used === 1 ? 'on one thread' : `on ${counted(used, 'thread')}`,
  };
}
