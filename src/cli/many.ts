// Many jobs from the command line: planned, run on threads, indexed, drawn, printed.
import { type ManyVerb, scenarioFolder } from '../results/paths.ts';
import type { Job, LoadedScenario } from '../scenario/scenario.ts';
import { type Cell, cellsOf, removeIndex, writeIndex } from '../sweep/index-files.ts';
import type { JobEnd } from '../sweep/run-jobs.ts';
import { runRounds } from '../sweep/rounds.ts';
import { type ManyArguments, readMany } from './many-options.ts';
import { version } from '../library/package.ts';
import { interruptible } from './interruption.ts';
import { jobProgress } from './progress.ts';
import { reproduceJob } from './reproduce-job.ts';
import type { UntilPlan } from './until.ts';
import type { Reached } from '../sweep/until.ts';
import { quote, retype, type ScenarioArguments } from './scenario-options.ts';

export interface Many {
  readonly loaded: LoadedScenario;
  readonly cells: readonly Cell[];
  readonly ends: readonly JobEnd[];
  readonly threads: number;
  readonly wallSeconds: number;
  /** The folder with jobs.csv. */
  readonly folder: string;
  readonly page: string | undefined;
  /** What came of `--until`. */
  readonly reached: readonly Reached[];
  /** What ended it before all jobs were complete; then there is no index. */
  readonly interrupted: NodeJS.Signals | undefined;
}

export interface ManyPlan {
  readonly verb: ManyVerb;
  /** Options of the verb as they would be typed again. */
  readonly more: readonly string[];
  /** More jobs after the first ones, until figures are known well enough. */
  readonly until?: UntilPlan | undefined;
  /** Called when jobs.csv and sweep.json are there, before anything is drawn. */
  readonly onIndexed?: (folder: string, cells: readonly Cell[]) => void;
}

/** Runs the jobs, writes jobs.csv and sweep.json, and draws the report of all of them; after a signal, what is complete and no more. */
export async function runAll(
  jobs: readonly Job[],
  given: ScenarioArguments & ManyArguments,
  loaded: LoadedScenario,
  plan: ManyPlan,
): Promise<Many> {
  const plugins = given.plugin === undefined ? [] : [given.plugin].flat();
  const { threads, heapMib, resume, seeds = plan.until?.seeds ?? loaded.scenario.seeds } = readMany(given, plugins);
  const { name } = loaded.scenario;
  const file = given.files.join(' ');
  removeIndex(given.out, name, plan.verb);
  const bar = jobProgress(name, jobs.length, given.json !== true);
  const started = performance.now();
  const plannedOf = (some: readonly Job[]) => some.map((job) => ({ job, reproduce: reproduceJob(given, job) }));
  let count = jobs.length;
  let interrupted: NodeJS.Signals | undefined;
  const ends = await interruptible((stop) => {
    stop.addEventListener('abort', () => {
      interrupted = stop.reason as NodeJS.Signals;
    });
    return runRounds(plannedOf(jobs), {
      worker: new URL('jobs.js', import.meta.url),
      threads,
      heapMib,
      resume,
      plugins,
      file,
      out: given.out,
      version: version(),
      check: given.check === true,
      timed: plan.verb === 'bench',
      reports: !given.report ? 'none' : given.jobReports === true ? 'all' : 'again',
      onProgress: bar.update,
      stop,
      next: (before) => {
        const more = plan.until?.next(before) ?? [];
        count += more.length;
        bar.grow(more.length);
        return plannedOf(more);
      },
    });
  }).finally(bar.stop);
  const wallSeconds = (performance.now() - started) / 1000;
  const cells = cellsOf(ends);
  const done = { loaded, cells, ends, threads: Math.min(threads, count), wallSeconds };
  if (interrupted !== undefined && ends.length < count) {
    const complete = ends.filter(({ result }) => result !== undefined).length;
    process.stderr.write(
      `${complete} of ${count} jobs are complete${plugins.length > 0 ? '' : '; the same command with --resume goes on with the others'}\n`,
    );
    return { ...done, folder: scenarioFolder(given.out, name), page: undefined, reached: [], interrupted };
  }
  const more = [...plan.more, ...(plan.until?.more ?? [])].map((word) => ` ${quote(word)}`).join('');
  const reproduce = `wavetank ${plan.verb} ${retype(given)} --seed ${loaded.scenario.seed} --seeds ${seeds}${more}`;
  const folder = writeIndex(given.out, { verb: plan.verb, loaded, cells, version: version(), file, reproduce });
  const reached = plan.until?.reached(folder, cells) ?? [];
  plan.onIndexed?.(folder, cells);
  const page = given.report && interrupted === undefined ? await drawIndex(folder) : undefined;
  return { ...done, folder, page, reached, interrupted: undefined };
}

async function drawIndex(folder: string): Promise<string> {
  const module = await import('../report/many/report.ts');
  return (await module.reportSweep(folder)).page;
}
