// The result of a job that ran before, or on another thread, from its folder.
import { jobFolder } from '../results/paths.ts';
import { type LeftBehind, readBack } from '../results/read-back.ts';
import type { SummariesFile } from '../results/summaries.ts';
import type { Job } from '../scenario/scenario.ts';
import { fromBaseUnits } from '../world/expectations.ts';
import type { JobOptions, JobResult } from './job-results.ts';

export type Origin = Pick<JobOptions, 'out' | 'version' | 'program'>;

/** What a job left behind: undefined when it left nothing, or something that is not what it would leave now. */
export function readLeft(job: Job, origin: Origin, summaries?: SummariesFile): LeftBehind | undefined {
  const left = summaries?.find(job.id) ?? readBack(jobFolder(origin.out, job.loaded.scenario.name, job.id));
  return left === undefined || isOlder(left, origin) || isOther(left, job) ? undefined : left;
}

/** Whether another program wrote it. */
export function isOlder({ run }: LeftBehind, { version, program }: Omit<Origin, 'out'>): boolean {
  return run.version !== version || run.program !== program;
}

/** Whether it is of another scenario or seed, or of other expectations. */
export function isOther({ run }: LeftBehind, { seed, loaded: { hash, scenario } }: Job): boolean {
  const expected = scenario.expect.filter(({ applies }) => applies).map(({ text }) => text);
  return (
    run.scenario_hash !== hash ||
    run.seed !== String(seed) ||
    JSON.stringify(run.expect.map(({ text }) => text)) !== JSON.stringify(expected) ||
    !scenario.expect.every(({ measured }) => Object.hasOwn(run.figures, measured))
  );
}

export function resultOf(job: Job, { run, summary }: LeftBehind, folder: string): JobResult {
  const passed = new Map(run.expect.map(({ text, pass }) => [text, pass]));
  const verdicts = job.loaded.scenario.expect.map((expectation) => ({
    expectation,
    actual: fromBaseUnits(expectation, run.figures[expectation.measured]),
    pass: passed.get(expectation.text) ?? true,
  }));
  const { digest, events, wall_s: wallSeconds, peak_rss_mib: peakRssMib, pending, refused, caveats } = run;
  return { job, folder, digest, events, wallSeconds, peakRssMib, summary, verdicts, pending, refused, caveats };
}
