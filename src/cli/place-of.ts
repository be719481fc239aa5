// Where the command line wants jobs to be run.
import type { Place } from '../sweep/place.ts';
import { onThreads } from '../sweep/run-on-threads.ts';
import { counted } from '../lib/plural.ts';
import { type ManyArguments, readMany } from './many-options.ts';

export interface NamedPlace {
  readonly place: Place;
  /** `on 2 threads`. */
  readonly where: string;
}

export function placeOf(given: ManyArguments, plugins: readonly string[], jobs: number): NamedPlace {
  const { threads, heapMib } = readMany(given, plugins);
  const used = Math.max(1, Math.min(threads, jobs));
  return {
    place: onThreads({ worker: new URL('jobs.js', import.meta.url), threads, heapMib }),
    where: used === 1 ? 'on one thread' : `on ${counted(used, 'thread')}`,
  };
}
