// Whether a packaged scenario holds what it expects. It is run in this process, as the command line does in a thread: the first scenario warms up the next one.
import { expect } from 'vitest';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { inBaseUnits } from '../../src/world/expectations.ts';
import { locateScenario, programHash, version } from '../../src/library/package.ts';
import { expandJobs, type ExpandOptions } from '../../src/scenario/expand.ts';
import { readConfined, readSource } from '../../src/scenario/files.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { cellsOf } from '../../src/sweep/index-files.ts';
import { inputFiles } from '../../src/sweep/input-files.ts';
import { runAndWrite } from '../../src/sweep/job-results.ts';

/** What each verb makes of a scenario's axes and variants. */
const expansions = { run: { base: true }, bench: { bench: true }, sweep: {} } satisfies Record<
  string,
  Partial<ExpandOptions>
>;

export type ExpectingVerb = keyof typeof expansions;

const families = familySchemas(builtInFamilies);

/** `count`: how many expectations are judged, so that none is lost. */
export function expectToHold(verb: ExpectingVerb, name: string, count: number, out: string): void {
  const loaded = loadScenario([readSource(locateScenario(name))], { families, readFile: readConfined });
  expect(loaded.warnings).toEqual([]);
  const options = {
    families: builtInFamilies,
    check: false,
    out,
    version: version(),
    program: programHash(),
    inputs: inputFiles(loaded),
    file: name,
    reproduce: `wavetank ${verb} ${name}`,
  };
  const ends = expandJobs(loaded, { families, ...expansions[verb] }).map((job) => ({
    job,
    result: runAndWrite(job, options),
    reproduce: options.reproduce,
    resumed: false,
  }));
  const judged = cellsOf(ends).flatMap(({ verdicts }) => verdicts);
  const broken = judged.filter(({ pass }) => !pass);
  expect(broken.map((verdict) => `${verdict.expectation.text}: ${inBaseUnits(verdict)}`)).toEqual([]);
  expect(judged).toHaveLength(count);
}
