// What a sweep leaves behind beside its jobs: jobs.csv, which joins cells, seeds and figures, and sweep.json, which explains it.
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Column } from '../metrics/tables/column.ts';
import { catalogue } from '../metrics/catalogue.ts';
import { jobColumns } from '../metrics/tables/comparisons.ts';
import { type Columns, headerOf, linesOf } from '../results/csv.ts';
import { indexFolder, type ManyVerb, scenarioFolder } from '../results/paths.ts';
import { valueLabel } from '../scenario/axes.ts';
import type { Expectation } from '../scenario/expect.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { inBaseUnits, judgeOverSeeds, showActual, type Verdict } from '../world/expectations.ts';
import { caveatsOfJobs } from './caveats-of-jobs.ts';
import { figureFacts } from './figure-facts.ts';
import type { JobResult } from './job-results.ts';
import type { JobEnd } from './run-jobs.ts';

/** The jobs of one cell, and its expectations over their seeds. */
export interface Cell {
  /** `cell-3f2a91c0`; empty without a sweep. */
  readonly id: string;
  readonly values: readonly string[];
  readonly ends: readonly JobEnd[];
  readonly results: readonly JobResult[];
  readonly verdicts: readonly Verdict[];
}

export interface SweepIndex {
  readonly verb: ManyVerb;
  readonly loaded: LoadedScenario;
  readonly cells: readonly Cell[];
  readonly version: string;
  readonly file: string;
  /** The command that runs all of it again. */
  readonly reproduce: string;
}

/** The cells in the order of the jobs. */
export function cellsOf(ends: readonly JobEnd[]): Cell[] {
  const byId = new Map<string, JobEnd[]>();
  for (const end of ends) {
    const id = cellId(end);
    const own = byId.get(id);
    if (own === undefined) byId.set(id, [end]);
    else own.push(end);
  }
  return [...byId].map(([id, own]) => {
    const results = own.flatMap(({ result }) => result ?? []);
    return {
      id,
      values: own[0].job.axes.map(({ value }) => valueLabel(value)),
      ends: own,
      results,
      verdicts: judgeOverSeeds(results.map(({ verdicts }) => verdicts)),
    };
  });
}

function cellId({ job }: JobEnd): string {
  return job.axes.length === 0 ? '' : job.id.slice(0, job.id.indexOf('/'));
}

/** Removes these files, and those of a bench and of chaos: a sweep that is under way has none. */
export function removeIndex(out: string, scenario: string, verb: ManyVerb): void {
  for (const name of [
    'jobs.csv',
    'sweep.json',
    'bench.csv',
    'chaos.csv',
    'precision.csv',
    'best.csv',
    'quantiles.csv',
    'optimize.csv',
    'optimize.json',
    'sensitivity.csv',
    'effects.csv',
  ])
    rmSync(join(indexFolder(out, scenario, verb), name), { force: true });
}

/** Writes both files, sweep.json last. Returns their folder. */
export function writeIndex(out: string, index: SweepIndex): string {
  const { name } = index.loaded.scenario;
  const folder = indexFolder(out, name, index.verb);
  mkdirSync(folder, { recursive: true });
  const measured = measuredOf(index);
  const columns = jobsColumns(index, measured);
  put(folder, 'jobs.csv', jobLines(index, measured, columns));
  put(folder, 'sweep.json', [
    `${JSON.stringify(recordOf(index, measured, relative(folder, scenarioFolder(out, name)) || '.'), null, 2)}\n`,
  ]);
  return folder;
}

function put(folder: string, name: string, texts: Iterable<string>): void {
  const partial = join(folder, `.${name}.${process.pid}.partial`);
  const file = openSync(partial, 'w');
  for (const text of texts) writeSync(file, text);
  closeSync(file);
  renameSync(partial, join(folder, name));
}

/** Rows turned into text at a time. */
const CHUNK = 1000;

/** jobs.csv, some rows at a time: of very many jobs all rows are much. */
function* jobLines({ cells }: SweepIndex, measured: readonly Expectation[], columns: Columns): Generator<string> {
  yield headerOf(columns);
  for (const { ends } of cells) {
    for (let at = 0; at < ends.length; at += CHUNK) {
      const rows = ends.slice(at, at + CHUNK).map((end) => rowOf(end, measured, columns));
      yield linesOf('jobs.csv', columns, rows);
    }
  }
}

/** One expectation of each thing that is measured. */
function measuredOf({ loaded }: SweepIndex): Expectation[] {
  return [...new Map(loaded.scenario.expect.map((one) => [one.measured, one])).values()];
}

function jobsColumns({ cells }: SweepIndex, measured: readonly Expectation[]): Record<string, Column> {
  const columns: Record<string, Column> = { ...jobColumns };
  for (const [at, { path }] of (cells[0]?.ends[0]?.job.axes ?? []).entries()) {
    const numbers = cells.every(({ ends }) => typeof ends[0].job.axes[at].value === 'number');
    columns[path] = numbers
      ? { type: 'number', unit: 'any', optional: false, better: 'neither', help: '' }
      : { type: 'text', unit: 'text', optional: false, better: 'neither', help: '' };
  }
  for (const { measured: name } of measured) {
    const { unit, better, meaning } = figureFacts(name);
    columns[name] = { type: 'number', unit, optional: true, better, help: meaning };
  }
  for (const [name, column] of Object.entries<Column>(catalogue.summary.columns)) {
    if (name in columns || name === 'scenario') continue;
    columns[name] = { ...column, optional: true };
  }
  return columns;
}

function rowOf(
  end: JobEnd,
  measured: readonly Expectation[],
  columns: Readonly<Record<string, Column>>,
): Record<string, unknown> {
  const { job, result } = end;
  const row: Record<string, unknown> = {};
  for (const name of Object.keys(catalogue.summary.columns)) row[name] = null;
  const { verdicts = [] } = result ?? {};
  for (const { measured: name } of measured) {
    const verdict = verdicts.find(({ expectation }) => expectation.measured === name);
    row[name] = verdict === undefined ? null : inBaseUnits(verdict);
  }
  for (const { path, value } of job.axes) row[path] = columns[path].type === 'text' ? valueLabel(value) : value;
  return {
    ...row,
    ...result?.summary,
    job: job.id,
    cell: cellId(end),
    seed: String(job.seed),
    outcome: result === undefined ? 'failed' : 'ok',
  };
}

function recordOf(
  { loaded, cells, version, file, reproduce }: SweepIndex,
  measured: readonly Expectation[],
  jobsFolder: string,
) {
  const axes = cells[0]?.ends[0]?.job.axes ?? [];
  return {
    version,
    scenario: loaded.scenario.name,
    scenario_file: file,
    reproduce,
    jobs: cells.reduce((sum, { ends }) => sum + ends.length, 0),
    seeds: cells[0]?.ends.length ?? 0,
    /** From here, as cells name their jobs from there. */
    jobs_folder: jobsFolder,
    caveats: caveatsOfJobs(
      loaded,
      cells.flatMap(({ results }) => results),
    ),
    axes: axes.map(({ path, label }, at) => ({
      path,
      label,
      values: [...new Set(cells.map(({ values }) => values[at]))],
    })),
    figures: measured.map(({ measured: column }) => {
      const { title, unit, meaning } = figureFacts(column);
      return { column, title, unit, meaning };
    }),
    cells: cells.map(({ id, values, ends, verdicts }) => ({
      cell: id,
      values,
      jobs: ends.map(({ job }) => job.id),
      expect: verdicts.map((verdict) => ({
        text: verdict.expectation.text,
        actual: inBaseUnits(verdict),
        shown: showActual(verdict),
        pass: verdict.pass,
      })),
    })),
    failures: cells.flatMap(({ ends }) =>
      ends.flatMap(({ job, failure, reproduce: again }) =>
        failure === undefined ? [] : [{ job: job.id, reason: failure.message, reproduce: again }],
      ),
    ),
  };
}
