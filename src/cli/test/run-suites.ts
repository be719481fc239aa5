// Scenarios as one run of tests: every file is read first, then the jobs of all of them share the threads.
import { InputError } from '../../lib/errors.ts';
import { programHash, version } from '../../library/package.ts';
import { scenarioFolder } from '../../results/paths.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { VARIANT_AXIS } from '../../scenario/override.ts';
import type { Job, LoadedScenario } from '../../scenario/scenario.ts';
import type { PlannedJob } from '../../sweep/batch.ts';
import { cellsOf } from '../../sweep/index-files.ts';
import { inputFiles } from '../../sweep/input-files.ts';
import { type JobEnd, runMany } from '../../sweep/run-jobs.ts';
import { type Families, familySchemas } from '../../world/families.ts';
import { interruptible } from '../interruption.ts';
import { jobProgress } from '../progress.ts';
import { reproduceJob } from '../reproduce-job.ts';
import { load, wholeNumber } from '../scenario-options.ts';
import { readThreads, threadsAsPlace } from '../threads-option.ts';
import { type Suite, suiteOf, wrongSuite } from './suite.ts';

export interface TestRunOptions {
  readonly seeds?: string;
  readonly threads?: string;
  readonly out: string;
  readonly check?: boolean;
  readonly plugin?: string | readonly string[];
  readonly strict?: boolean;
  readonly skipUnknown?: boolean;
  /** Draw a page of each job. */
  readonly report: boolean;
  readonly quiet: boolean;
}

export interface TestRun {
  readonly suites: readonly Suite[];
  /** `on 2 threads`. */
  readonly where: string;
  readonly wallSeconds: number;
  /** What ended it early; then there are no suites. */
  readonly interrupted: NodeJS.Signals | undefined;
}

interface Planned {
  readonly file: string;
  readonly name: string;
  readonly jobs: readonly PlannedJob[];
}

/** Runs every scenario with all cells of its sweep or all variants of its bench; results are written below `out`. */
export async function runSuites(
  files: readonly string[],
  families: Families,
  options: TestRunOptions,
): Promise<TestRun> {
  const started = performance.now();
  const plugins = options.plugin === undefined ? [] : [options.plugin].flat();
  const seeds = wholeNumber('seeds', options.seeds, 1);
  const threads = readThreads(options.threads);
  const owners = new Map<string, string>();
  const read = files.map((file): Planned | Suite => {
    try {
      const loaded = load({ ...options, files: [file] }, families);
      const { name } = loaded.scenario;
      const folder = scenarioFolder(options.out, name);
      refuseSecond(file, name, owners.get(folder));
      owners.set(folder, file);
      const jobs = jobsOf(loaded, families, seeds);
      return {
        file,
        name,
        jobs: jobs.map((job) => ({
          job,
          file,
          inputs: inputFiles(loaded, [file]),
          reproduce: reproduceJob({ ...options, files: [file] }, job),
        })),
      };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return wrongSuite(file, error.problems);
    }
  });
  const planned = read.flatMap((one) => ('cases' in one ? [] : one.jobs));
  const { place, where } = threadsAsPlace(threads, planned.length);
  const bar = jobProgress('test', planned.length, !options.quiet);
  let interrupted: NodeJS.Signals | undefined;
  const ends = await interruptible((stop) => {
    stop.addEventListener('abort', () => {
      interrupted = stop.reason as NodeJS.Signals;
    });
    return runMany(planned, {
      place,
      batch: {
        plugins,
        file: '',
        inputs: [],
        out: options.out,
        version: version(),
        program: programHash(),
        check: options.check === true,
        timed: false,
        reports: options.report ? 'all' : 'none',
      },
      resume: undefined,
      onProgress: (done, failed, events) => bar.update(done, failed, events),
      stop,
    });
  }).finally(() => bar.stop());
  const wallSeconds = (performance.now() - started) / 1000;
  const run = { where, wallSeconds };
  if (interrupted !== undefined && ends.length < planned.length) return { ...run, suites: [], interrupted };
  const endOf = new Map(ends.map((end) => [end.job, end]));
  const suites = read.map((one) => ('cases' in one ? one : judged(one, endOf)));
  return { ...run, suites, interrupted: undefined };
}

function judged({ file, name, jobs }: Planned, endOf: ReadonlyMap<Job, JobEnd>): Suite {
  return suiteOf(file, name, cellsOf(jobs.flatMap(({ job }) => endOf.get(job) ?? [])));
}

function refuseSecond(file: string, name: string, first: string | undefined): void {
  if (first === undefined) return;
  const message = `"${name}" is the name of ${first} too, and results have the scenario's name`;
  throw new InputError({ file, path: 'metadata.name', message });
}

/** Where expectations can be about: the cells of the sweep and the variants of the bench, else the scenario as it is. */
function jobsOf(loaded: LoadedScenario, families: Families, seeds: number | undefined): Job[] {
  const { sweep, bench } = loaded.scenario;
  const options = { families: familySchemas(families), ...(seeds === undefined ? {} : { seeds }) };
  if (bench.length === 0 || sweep.some(({ path }) => path === VARIANT_AXIS)) return expandJobs(loaded, options);
  const ofBench = expandJobs(loaded, { ...options, bench: true });
  return sweep.length === 0 ? ofBench : [...expandJobs(loaded, options), ...ofBench];
}
