// Whole worlds for tests: a scenario's text → its run in this process, under the eyes of the invariants.
import { expandJobs } from '../../src/scenario/expand.ts';
import { type LoadOptions, loadScenario } from '../../src/scenario/load.ts';
import type { Job } from '../../src/scenario/scenario.ts';
import { buildWorld, type World } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { type FinishedRun, runJob } from '../../src/world/run.ts';
import { eventRows, podRows } from '../../src/world/tables.ts';

export const families = builtInFamilies;

export type { FinishedRun };

/** The first job of a scenario. */
export function jobOf(text: string, options: Partial<LoadOptions> = {}): Job {
  const schemas = familySchemas(families);
  const loaded = loadScenario([{ file: 'test.yaml', text }], { families: schemas, ...options });
  const [job] = expandJobs(loaded, { families: schemas });
  return job;
}

/** Runs a scenario to its end. */
export function runScenario(text: string, options: Partial<LoadOptions> = {}): FinishedRun {
  return runJob(jobOf(text, options), { families, check: true });
}

/** A world that has not begun yet. */
export function worldOf(text: string): World {
  const job = jobOf(text);
  return buildWorld(job.loaded, job.seed, { families, check: true });
}

export const podsOf = ({ world }: FinishedRun) => [...podRows(world.state, world.gauges)];

/** The events of a run, of one reason if it is named. */
export const eventsOf = ({ world }: FinishedRun, reason?: string) =>
  [...eventRows(world.state)].filter((event) => reason === undefined || event.reason === reason);
