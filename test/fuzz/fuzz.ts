// Runs random scenarios under all invariants, and gives the smallest one that goes wrong.
import * as fc from 'fast-check';
import { InputError } from '../../src/lib/errors.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { builtInFamilies, familySchemas, type Families } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';
import { fuzzed, yamlOf } from './scenarios.ts';

/** What came out wrong, as a sentence; undefined for nothing. A loop in which time stands still is an answer, and so is a refusal. */
export function fault(text: string, families: Families = builtInFamilies): string | undefined {
  try {
    const schemas = familySchemas(families);
    const loaded = loadScenario([{ file: 'fuzz.yaml', text }], { families: schemas });
    const [job] = expandJobs(loaded, { families: schemas });
    const { world, summary } = runJob(job, { families, check: true });
    const requests = world.measure.series.reduce((sum, row) => sum + row.requests, 0);
    const warmUp = loaded.scenario.warmupUs > 0;
    if (!warmUp && requests !== summary.requests_total) {
      return `series.csv has ${requests} requests, the summary ${summary.requests_total}`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof InputError && /time stands still/.test(error.message)) return undefined;
    return (error as Error).message;
  }
}

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  readonly families?: Families;
  /** Called before each scenario, those of shrinking included. */
  readonly onScenario?: () => void;
}

export interface Finding {
  readonly message: string;
  readonly yaml: string;
  /** Scenarios that were right before this one. */
  readonly after: number;
}

/** The smallest scenario found that goes wrong; undefined when all are right. Equal seeds give equal scenarios. */
export function fuzz({ count, seed, families, onScenario }: FuzzOptions): Finding | undefined {
  const property = fc.property(fuzzed, (scenario) => {
    onScenario?.();
    const wrong = fault(yamlOf(scenario), families);
    if (wrong !== undefined) throw new Error(wrong);
  });
  const details = fc.check(property, { numRuns: count, seed, endOnFailure: false });
  if (!details.failed || details.counterexample === null) return undefined;
  const yaml = yamlOf(details.counterexample[0]);
  return {
    message: fault(yaml, families) ?? 'right when run again: not reproducible',
    yaml,
    after: details.numRuns - 1,
  };
}

export function describeFinding({ message, yaml, after }: Finding, seed: number): string {
  return [
    `scenario ${after + 1} of seed ${seed} goes wrong, shrunk to:`,
    '',
    yaml,
    message,
    '',
    `again: npm run fuzz -- --count ${after + 1} --seed ${seed}`,
    'or write the scenario to fuzz.yaml: wavetank run fuzz.yaml --check',
  ].join('\n');
}
