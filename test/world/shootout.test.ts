// The packaged scheduler-shootout holds what it expects, and would not if its schedulers were one and the same.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { expandJobs } from '../../src/scenario/expand.ts';
import { readConfined, readSource } from '../../src/scenario/files.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Job } from '../../src/scenario/scenario.ts';
import { applicable } from '../../src/world/expectations.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';

const file = fileURLToPath(new URL('../../scenarios/scheduler-shootout.yaml', import.meta.url));
const families = familySchemas(builtInFamilies);
const loaded = loadScenario([readSource(file)], { families, readFile: readConfined });
const jobs = expandJobs(loaded, { families, bench: true, seeds: 1 });

function jobOf(variant: string): Job {
  const found = jobs.find(({ axes }) => axes[0].value === variant);
  if (found === undefined) throw new Error(`no variant ${variant}`);
  return found;
}

/** What is expected of the job, with `ok` or not, in its order. */
const judged = (job: Job): string[] =>
  applicable(runJob(job, { families: builtInFamilies, check: false }).verdicts).map(
    ({ expectation, pass }) => `${pass ? 'ok' : 'not'} ${expectation.text}`,
  );

it('compares six schedulers on 300 nodes', () => {
  expect(jobs.map(({ axes }) => axes[0].value)).toEqual([
    'default',
    'WorstFit',
    'FirstFit',
    'TightestFit',
    'LeastWaste',
    'Tetris',
  ]);
  expect(loaded.scenario.cluster.nodePools[0].count).toBe(300);
});

it.each(['WorstFit', 'TightestFit'])('%s does what is expected of it', (variant) => {
  const said = judged(jobOf(variant));
  expect(said.filter((line) => line.startsWith('not'))).toEqual([]);
  expect(said).toHaveLength(4);
});

it('would notice that first fit spreads', () => {
  const job = jobOf('FirstFit');
  const { scheduler } = jobOf('WorstFit').loaded.scenario;
  const wrong: Job = { ...job, loaded: { ...job.loaded, scenario: { ...job.loaded.scenario, scheduler } } };
  // All pods are scheduled in the end, whoever does it.
  expect(judged(wrong)).toEqual([
    'ok pods.scheduled == 2120',
    'ok pods.pending during 39m..40m == 0',
    'not max(nodes.used) during 8m..12m where variant=FirstFit < 200',
    'not pods.scheduling.p99 where variant=FirstFit < 2m30s',
  ]);
});
