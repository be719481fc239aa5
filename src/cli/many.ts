// Many jobs from the command line: planned, run somewhere, indexed, drawn, printed.
import { assert } from '../lib/assert.ts';
import { InputError } from '../lib/errors.ts';
import { indexFolder, type ManyVerb, scenarioFolder } from '../results/paths.ts';
import { SummariesFile, summariesName } from '../results/summaries.ts';
import type { Job, LoadedScenario } from '../scenario/scenario.ts';
import { type Cell, cellsOf, removeIndex, writeIndex } from '../sweep/index-files.ts';
import { warmUpWarnings } from '../sweep/warm-up-check.ts';
import { runRounds } from '../sweep/rounds.ts';
import { inputFiles } from '../sweep/input-files.ts';
import { KeptResults } from '../sweep/kept-results.ts';
import { ProgressFile } from '../sweep/progress-file.ts';
import type { JobEnd } from '../sweep/run-jobs.ts';
import { Resumption } from '../sweep/resumption.ts';
import { writeQuantiles } from '../sweep/write-quantiles.ts';
import { jobsOfShard, shardText } from '../sweep/shards/shard.ts';
import { programHash, version } from '../library/package.ts';
import { type ManyArguments, readMany } from './many-options.ts';
import { interruptible } from './interruption.ts';
import { collect, type Merging } from './shards/merging.ts';
import { placeOf } from './place-of.ts';
import { jobProgress } from './progress.ts';
import { reproduceJob } from './reproduce-job.ts';
import type { UntilPlan } from './until.ts';
import type { Reached } from '../sweep/until.ts';
import { resumedLines } from './resumed-lines.ts';
import { quote, retype, type ScenarioArguments } from './scenario-options.ts';
import { shardRecord } from './shards/record-of.ts';
import { removeShard, type ShardRecord, writeShard } from '../sweep/shards/shard-record.ts';

export interface Many {
  readonly loaded: LoadedScenario;
  readonly cells: readonly Cell[];
  readonly ends: readonly JobEnd[];
  /** `on 2 threads`. */
  readonly where: string;
  readonly wallSeconds: number;
  /** The folder with jobs.csv. */
  readonly folder: string;
  readonly page: string | undefined;
  /** What came of `--until`. */
  readonly reached: readonly Reached[];
  /** What ended it before all jobs were complete; then there is no index. */
  readonly interrupted: NodeJS.Signals | undefined;
  /** The jobs were run by shards: this only joined them. */
  readonly merged: boolean;
  /** `2/4`: these are the jobs of one shard only; then there is no index. */
  readonly shard: string | undefined;
}

export interface ManyPlan {
  readonly verb: ManyVerb;
  /** Options of the verb as they would be typed again. */
  readonly more: readonly string[];
  /** The jobs to run after these have ended; none when that is all. */
  readonly next?: (ends: readonly JobEnd[]) => readonly Job[];
  /** The cells in the order in which they are to be shown, where it is not that of the jobs. */
  readonly order?: (cells: Cell[]) => Cell[];
  /** How many seeds the first round has, where `next` asks for more. */
  readonly seeds?: number | undefined;
  /** More jobs after the first ones, until figures are known well enough. */
  readonly until?: UntilPlan | undefined;
  /** Called when jobs.csv and sweep.json are there, before anything is drawn. */
  readonly onIndexed?: (folder: string, cells: readonly Cell[]) => void;
}

export type ManyGiven = ScenarioArguments & ManyArguments & { readonly merging?: Merging };

/** Verbs whose cells are of interest one by one. */
const overSeeds: ReadonlySet<ManyVerb> = new Set(['run', 'sweep', 'bench']);

/** Runs the jobs, writes jobs.csv and sweep.json, and draws the report of all of them; after a signal, what is complete and no more. */
export async function runAll(
  jobs: readonly Job[],
  given: ManyGiven,
  loaded: LoadedScenario,
  plan: ManyPlan,
): Promise<Many> {
  const plugins = given.plugin === undefined ? [] : [given.plugin].flat();
  const { shard, seeds = plan.seeds ?? plan.until?.seeds ?? loaded.scenario.seeds } = readMany(given, plugins);
  if (shard !== undefined && (plan.until ?? plan.next) !== undefined) {
    const what =
      plan.until !== undefined ? '--until' : plan.seeds === undefined ? `\`wavetank ${plan.verb}\`` : '--best';
    throw new InputError(
      `--shard: not with ${what}, which chooses what to run next by all results so far, and shards do not see each other's; --queue shares each round among as many workers as there are`,
    );
  }
  const { name } = loaded.scenario;
  const folder = indexFolder(given.out, name, plan.verb);
  removeIndex(given.out, name, plan.verb);
  if (shard !== undefined) shardedVerb(plan.verb);
  const own = shard === undefined ? jobs : jobsOfShard(jobs, shard);
  const started = performance.now();
  const { ends, count, where, interrupted } = await runSomewhere(own, given, loaded, plan, plugins);
  const wallSeconds = (performance.now() - started) / 1000;
  const merged = given.merging !== undefined;
  const done = {
    loaded,
    ends,
    where,
    wallSeconds,
    merged,
    shard: shard === undefined ? undefined : shardText(shard),
    reached: [],
    page: undefined,
    interrupted: undefined,
  };
  if (interrupted !== undefined && ends.length < count) {
    const complete = ends.filter(({ result }) => result !== undefined).length;
    process.stderr.write(
      `${complete} of ${count} jobs are complete${plugins.length > 0 ? '' : '; the same command with --resume goes on with the others'}\n`,
    );
    return { ...done, cells: cellsOf(ends), folder: scenarioFolder(given.out, name), interrupted };
  }
  if (shard !== undefined) {
    writeShard(folder, shardRecord(jobs, ends, given, loaded, { verb: shardedVerb(plan.verb), shard }));
    // What holds over seeds is known when they are all there.
    return { ...done, cells: cellsOf(ends).map((cell) => ({ ...cell, verdicts: [] })), folder };
  }
  const cells = plan.order === undefined ? cellsOf(ends) : plan.order(cellsOf(ends));
  const more = [...plan.more, ...(plan.until?.more ?? [])].map((word) => ` ${quote(word)}`).join('');
  const reproduce = `wavetank ${plan.verb} ${retype(given)} --seed ${loaded.scenario.seed} --seeds ${seeds}${more}`;
  const file = given.files.join(' ');
  writeIndex(given.out, { verb: plan.verb, loaded, cells, version: version(), file, reproduce });
  if (overSeeds.has(plan.verb)) writeQuantiles(folder, cells);
  const reached = plan.until?.reached(folder, cells) ?? [];
  const checked = cells.map(({ values, ends: [{ job }], results }) => ({
    values,
    scenario: job.loaded.scenario,
    results,
  }));
  for (const line of warmUpWarnings(checked, plan.until !== undefined)) process.stderr.write(`warning: ${line}\n`);
  plan.onIndexed?.(folder, cells);
  const page = given.report && interrupted === undefined ? await drawIndex(folder) : undefined;
  return { ...done, cells, folder, page, reached };
}

/** A search was refused before. */
function shardedVerb(verb: ManyVerb): ShardRecord['verb'] {
  assert(verb !== 'optimize', 'a search has no shards');
  return verb;
}

interface Ran {
  readonly ends: readonly JobEnd[];
  /** Jobs that there were to run. */
  readonly count: number;
  readonly where: string;
  readonly interrupted: NodeJS.Signals | undefined;
}

/** In the place that the command line names; or what shards have run. */
async function runSomewhere(
  jobs: readonly Job[],
  given: ManyGiven,
  loaded: LoadedScenario,
  { verb, until, next }: ManyPlan,
  plugins: readonly string[],
): Promise<Ran> {
  const { resume, shard } = readMany(given, plugins);
  const { name } = loaded.scenario;
  const plannedOf = (some: readonly Job[]) => some.map((job) => ({ job, reproduce: reproduceJob(given, job) }));
  const batch = {
    plugins,
    file: given.files.join(' '),
    inputs: inputFiles(loaded, given.files),
    out: given.out,
    version: version(),
    program: programHash(),
    check: given.check === true,
    summariesOnly: given.summariesOnly === true,
    timed: verb === 'bench',
    reports: !given.report ? 'none' : given.jobReports === true ? 'all' : 'again',
  } as const;
  const folder = indexFolder(given.out, name, verb);
  const of = shard === undefined ? undefined : shardText(shard);
  const { merging } = given;
  const keep = resume || merging !== undefined;
  const summaries =
    given.summariesOnly === true ? new SummariesFile(folder, { name: summariesName(of), keep }) : undefined;
  const kept = new KeptResults();
  if (merging !== undefined) {
    const ends = collect(plannedOf(jobs), batch, merging, { summaries, kept });
    summaries?.settle(jobs.map(({ id }) => id));
    return { ends, count: jobs.length, where: merging.where, interrupted: undefined };
  }
  const { place, where } = await placeOf({ given, plugins, verb, loaded, jobs: jobs.length });
  if (shard !== undefined) removeShard(folder, shard);
  const file = new ProgressFile(folder, { verb, shard: of, where, jobs: jobs.length });
  const bar = jobProgress(name, jobs.length, given.json !== true);
  const found = new Resumption(batch, { summaries, kept });
  let count = jobs.length;
  let interrupted: NodeJS.Signals | undefined;
  const ends = await interruptible((stop) => {
    stop.addEventListener('abort', () => {
      interrupted = stop.reason as NodeJS.Signals;
    });
    return runRounds(plannedOf(jobs), {
      place,
      batch,
      stop,
      resume: resume ? found : undefined,
      summaries,
      kept,
      onResumed: () => {
        file.update({ kept: found.kept });
        bar.begin(found.kept);
        if (count === jobs.length) for (const line of resumedLines(found, count)) process.stderr.write(`${line}\n`);
      },
      onProgress: (done, failed, events) => {
        file.update({ done, failed, events });
        bar.update(done, failed, events);
      },
      next: (before) => {
        const more = next?.(before) ?? until?.next(before) ?? [];
        count += more.length;
        file.update({ jobs: count });
        bar.grow(more.length);
        return plannedOf(more);
      },
    });
  }).finally(() => bar.stop());
  if (interrupted !== undefined && ends.length < count) file.interrupted(interrupted);
  else {
    file.remove();
    summaries?.settle(ends.map(({ job }) => job.id));
  }
  return { ends, count, where, interrupted };
}

export function eventsOf(ends: readonly JobEnd[]): number {
  return ends.reduce((sum, { result }) => sum + (result?.events ?? 0), 0);
}

async function drawIndex(folder: string): Promise<string> {
  const module = await import('../report/many/report.ts');
  return (await module.reportSweep(folder)).page;
}
