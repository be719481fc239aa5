// Runs random scenarios under all invariants, twice for the same bytes, and gives the smallest one that goes wrong.
import * as fc from 'fast-check';
import { InputError } from '../../src/lib/errors.ts';
import { readConfined } from '../../src/scenario/files.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import type { Job, LoadedScenario } from '../../src/scenario/scenario.ts';
import type { World } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas, type Families } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';
import { type Fuzzed, fuzzed, yamlOf } from './scenarios.ts';
import { different, tracesOf } from './traces.ts';

export interface Subject {
  readonly families?: Families;
  /** Called once a run, before its first event: what plants a bug. */
  readonly onWorld?: (world: World) => void;
  /** Give what is found as it is. */
  readonly unshrunk?: boolean;
}

/** A second of simulated time with more events than this is a loop that hardly takes time: pods that are evicted and recreated, with delays of 0. */
const MOST_IN_A_SECOND = 30_000;
/** A run with more is given up without a verdict: others find more in that time. */
const MOST_EVENTS = 200_000;

class Loop extends Error {}

/** Ends a run that would go on for hours. */
function endLoops({ engine }: World): void {
  let second = -1;
  let events = 0;
  engine.observe((timeUs) => {
    const now = Math.floor(timeUs / 1e6);
    if (now !== second) events = 0;
    second = now;
    events += 1;
    if (events > MOST_IN_A_SECOND || engine.events > MOST_EVENTS) throw new Loop();
  });
}

/** A scenario that is refused before it runs is right to be: the generator makes some that contradict themselves. */
class Refused extends Error {}

function loadedJob(text: string, families: Families): { readonly loaded: LoadedScenario; readonly job: Job } {
  const schemas = familySchemas(families);
  try {
    const loaded = loadScenario([{ file: 'fuzz.yaml', text }], { families: schemas, readFile: readConfined });
    const [job] = expandJobs(loaded, { families: schemas });
    return { loaded, job };
  } catch (error) {
    if (error instanceof InputError) throw new Refused(error.message);
    throw error;
  }
}

/** Why a random scenario does not load; undefined for one that does. */
export function refusal(text: string): string | undefined {
  try {
    loadedJob(text, builtInFamilies);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

/** What came out wrong, as a sentence; undefined for nothing. A loop in which time stands still, or nearly so, is an answer, and so is a refusal. */
export function fault(text: string, { families = builtInFamilies, onWorld }: Subject = {}): string | undefined {
  try {
    const { loaded, job } = loadedJob(text, families);
    const run = () =>
      runJob(job, {
        families,
        check: true,
        onWorld(world) {
          endLoops(world);
          onWorld?.(world);
        },
      });
    const first = run();
    const requests = first.world.measure.series.reduce((sum, row) => sum + row.requests, 0);
    const warmUp = loaded.scenario.warmupUs > 0;
    if (!warmUp && requests !== first.summary.requests_total) {
      return `series.csv has ${requests} requests, the summary ${first.summary.requests_total}`;
    }
    const changed = different(tracesOf(first), tracesOf(run()));
    return changed.length === 0 ? undefined : `a second run differs in ${changed.join(', ')}`;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    if (error instanceof InputError && /time stands still|makes pods without end/.test(error.message)) return undefined;
    if ((error as Error).cause instanceof Loop) return undefined;
    return (error as Error).message;
  }
}

/** The stream of random numbers of one scenario: any of them can be made without those before it. */
function streamOf(seed: number, index: number): number {
  return (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
}

/** Scenario `index` of a seed. */
export function scenarioAt(seed: number, index: number): Fuzzed {
  const [made] = fc.sample(fuzzed(index), { numRuns: 1, seed: streamOf(seed, index), unbiased: index % 2 === 1 });
  return made;
}

/** How long it may look for a smaller scenario, ms. */
const SHRINKING_MS = 120_000;

export interface Finding {
  readonly message: string;
  readonly yaml: string;
  readonly seed: number;
  readonly index: number;
}

/** Scenario `index` of a seed: what goes wrong in it, made as small as possible; undefined when it is right. */
export function tryOne(seed: number, index: number, subject: Subject = {}): Finding | undefined {
  const property = fc.property(fuzzed(index), (scenario) => {
    const wrong = fault(yamlOf(scenario), subject);
    if (wrong !== undefined) throw new Error(wrong);
  });
  const details = fc.check(property, {
    numRuns: 1,
    seed: streamOf(seed, index),
    // fast-check's bias makes small and extreme values likelier: good for every second scenario.
    unbiased: index % 2 === 1,
    interruptAfterTimeLimit: SHRINKING_MS,
    markInterruptAsFailure: false,
    endOnFailure: subject.unshrunk === true,
  });
  if (!details.failed || details.counterexample === null) return undefined;
  const yaml = yamlOf(details.counterexample[0]);
  const message = fault(yaml, subject) ?? 'right when run again: not reproducible';
  return { message, yaml, seed, index };
}

/** The first of `count` scenarios that goes wrong; undefined when all are right. */
export function fuzz(count: number, seed: number, subject: Subject = {}): Finding | undefined {
  for (let index = 0; index < count; index += 1) {
    const finding = tryOne(seed, index, subject);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

export function describeFinding({ message, yaml, seed, index }: Finding, file = 'fuzz.yaml'): string {
  return [
    `scenario ${index} of seed ${seed} goes wrong, shrunk to:`,
    '',
    yaml,
    message,
    '',
    `again: npm run fuzz -- --seed ${seed} --from ${index} --count 1`,
    `or the smallest one, ${file}: wavetank run ${file} --check`,
  ].join('\n');
}
