// The result of a job that ran before, or on another thread, from its folder.
import { jobFolder } from '../results/paths.ts';
import { readBack } from '../results/read-back.ts';
import type { Job } from '../scenario/scenario.ts';
import { fromBaseUnits } from '../world/expectations.ts';
import type { JobResult } from './job-results.ts';

/**
 * The result of a job from what it left behind: undefined when it left nothing, or something of another version, scenario, seed or of
 * other expectations.
 */
export function readResult(job: Job, out: string, version: string): JobResult | undefined {
  const folder = jobFolder(out, job.loaded.scenario.name, job.id);
  const left = readBack(folder);
  if (left === undefined) return undefined;
  const { run, summary } = left;
  const { hash, scenario } = job.loaded;
  const expected = scenario.expect.filter(({ applies }) => applies).map(({ text }) => text);
  const same =
    run.version === version &&
    run.scenario_hash === hash &&
    run.seed === String(job.seed) &&
    JSON.stringify(run.expect.map(({ text }) => text)) === JSON.stringify(expected) &&
    scenario.expect.every(({ measured }) => Object.hasOwn(run.figures, measured));
  if (!same) return undefined;
  const passed = new Map(run.expect.map(({ text, pass }) => [text, pass]));
  const verdicts = scenario.expect.map((expectation) => ({
    expectation,
    actual: fromBaseUnits(expectation, run.figures[expectation.measured]),
    pass: passed.get(expectation.text) ?? true,
  }));
  const { digest, events, wall_s: wallSeconds, peak_rss_mib: peakRssMib, pending, refused, caveats } = run;
  return { job, folder, digest, events, wallSeconds, peakRssMib, summary, verdicts, pending, refused, caveats };
}
