// Where the command line wants jobs to be run.
import type { Place } from '../sweep/place.ts';
import type { ManyVerb } from '../results/paths.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { buildOf } from './build-of.ts';
import { sayOnStandardError } from './jobs-module.ts';
import { type ManyArguments, readMany } from './many-options.ts';
import { threadsAsPlace } from './threads-option.ts';

export interface NamedPlace {
  readonly place: Place;
  /** `on 2 threads`. */
  readonly where: string;
}

export interface PlaceGiven {
  readonly given: ManyArguments;
  readonly plugins: readonly string[];
  readonly verb: ManyVerb;
  readonly loaded: LoadedScenario;
  /** How many there are. */
  readonly jobs: number;
}

/** Throws an InputError for a queue that cannot be used. */
export async function placeOf({ given, plugins, verb, loaded, jobs }: PlaceGiven): Promise<NamedPlace> {
  const { threads, heapMib, queue, resume } = readMany(given, plugins);
  if (queue !== undefined) {
    const { inQueue } = await import('../sweep/queue/run-in-queue.ts');
    const build = buildOf(plugins);
    const place = inQueue({ address: queue, build, verb, loaded, resume, say: sayOnStandardError });
    return { place, where: `by workers at ${queue.shown}` };
  }
  return threadsAsPlace(threads, jobs, heapMib);
}
