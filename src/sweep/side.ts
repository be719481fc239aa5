// One side of a comparison: the jobs in a folder of results, or those of some cells of a sweep.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { refuseNoFolder } from './results-folder.ts';
import { didYouMean } from '../lib/suggest.ts';
import { writtenJson } from '../lib/written-json.ts';
import { type Column } from '../metrics/tables/column.ts';
import { catalogue } from '../metrics/catalogue.ts';
import { type LeftBehind, readBack } from '../results/read-back.ts';
import { SummariesFile, summariesName } from '../results/summaries.ts';

/** One job of a side. */
export interface SideJob {
  readonly seed: string;
  /** The choices on the axes that are not the same in all jobs of the side. */
  readonly choices: Readonly<Record<string, string>>;
  /** By column of summary.csv, or by what an expectation measures; null where there was nothing to measure. */
  readonly figures: Readonly<Record<string, number | null>>;
}

export interface Side {
  /** As given on the command line. */
  readonly given: string;
  readonly jobs: readonly SideJob[];
}

const sweepSchema = z.object({
  jobs_folder: z.string().default('.'),
  axes: z.array(z.object({ label: z.string(), values: z.array(z.string()) })),
  cells: z.array(z.object({ values: z.array(z.string()), jobs: z.array(z.string()) })),
});

/** Where the index of a scenario's jobs may be: that of a sweep, else of several seeds, else of a bench, else of chaos. */
const INDEXES = ['.', 'seeds', 'bench', 'chaos', 'optimize', 'sensitivity'];

const DEPTH = 3;

/** `DIR`, or `DIR:axis=value,axis=value` for the cells of a sweep with these choices. Throws an InputError. */
export function readSide(given: string): Side {
  const { folder, condition } = splitSide(given);
  refuseNoFolder(folder);
  const index = INDEXES.map((below) => join(folder, below)).find((one) => existsSync(join(one, 'sweep.json')));
  if (index !== undefined) {
    return { given, jobs: ofSweep(index, join(index, 'sweep.json'), conditions(given, condition)) };
  }
  if (condition !== undefined) throw new InputError({ file: folder, message: 'is not a sweep: it has no sweep.json' });
  const jobs = jobsBelow(folder, DEPTH).map((job) => readJob(job, {}));
  if (jobs.length === 0)
    throw new InputError({ file: folder, message: 'no results here: expected run.json in it or below' });
  const seeds = new Set(jobs.map(({ seed }) => seed));
  if (seeds.size < jobs.length) {
    throw new InputError({ file: folder, message: 'has several jobs with the same seed; name one of its folders' });
  }
  return { given, jobs };
}

/** The colon of a drive on Windows is none that a condition follows: `C:\\results\\shop:replicas=2`. */
export function splitSide(given: string): { readonly folder: string; readonly condition: string | undefined } {
  const [, folder = given, condition] = /^(.+?):(\w[\w.]*=.*)$/.exec(given) ?? [];
  return { folder, condition };
}

function conditions(given: string, text: string | undefined): [axis: string, value: string][] {
  if (text === undefined) return [];
  return text.split(',').map((one) => {
    const equals = one.indexOf('=');
    if (equals < 1) throw new InputError({ file: given, message: `expected axis=value, got ${JSON.stringify(one)}` });
    return [one.slice(0, equals), one.slice(equals + 1)];
  });
}

function ofSweep(folder: string, file: string, wanted: readonly [string, string][]): SideJob[] {
  const { axes, cells, jobs_folder: below } = writtenJson(readFileSync(file, 'utf8'), sweepSchema, file);
  const folderOf = (job: string) => join(folder, below, job);
  const labels = axes.map(({ label }) => label);
  for (const [axis, value] of wanted) {
    const at = labels.indexOf(axis);
    if (at === -1) {
      const valid = labels.join(', ') || 'none';
      throw new InputError({
        file: folder,
        message: `there is no axis "${axis}"; there is ${valid}${didYouMean(axis, labels)}`,
      });
    }
    if (!axes[at].values.includes(value)) {
      throw new InputError({ file: folder, message: `${axis} is never ${value}; it is ${axes[at].values.join(', ')}` });
    }
  }
  const chosen = cells.filter(({ values }) => wanted.every(([axis, value]) => values[labels.indexOf(axis)] === value));
  const varies = labels.filter((_, at) => new Set(chosen.map(({ values }) => values[at])).size > 1);
  const summaries = existsSync(join(folder, summariesName(undefined)))
    ? new SummariesFile(folder, { keep: true })
    : undefined;
  return chosen.flatMap(({ values, jobs }) => {
    const choices = Object.fromEntries(varies.map((label) => [label, values[labels.indexOf(label)]]));
    // A job that failed left nothing: its seed has no pair.
    return jobs.flatMap((job) => {
      const line = summaries?.find(job);
      if (line !== undefined) return [sideJob(line, choices)];
      return existsSync(folderOf(job)) ? [readJob(folderOf(job), choices)] : [];
    });
  });
}

/** The folders of jobs in a folder, so many folders deep. */
export function jobsBelow(folder: string, depth: number): string[] {
  if (existsSync(join(folder, 'run.json'))) return [folder];
  if (depth === 0) return [];
  const folders = readdirSync(folder, { withFileTypes: true }).filter(
    (one) => one.isDirectory() && !one.name.startsWith('.'),
  );
  return folders.flatMap(({ name }) => jobsBelow(join(folder, name), depth - 1));
}

function readJob(folder: string, choices: SideJob['choices']): SideJob {
  const left = readBack(folder);
  if (left === undefined) {
    throw new InputError({
      file: folder,
      message: 'was written by another version; run it again, or finish it with --resume',
    });
  }
  return sideJob(left, choices);
}

function sideJob(left: LeftBehind, choices: SideJob['choices']): SideJob {
  const figures: Record<string, number | null> = {};
  for (const [name, column] of Object.entries<Column>(catalogue.summary.columns)) {
    const value = left.summary[name as keyof typeof left.summary];
    if (column.type !== 'text' && typeof value !== 'string') figures[name] = value;
  }
  return { seed: left.run.seed, choices, figures: { ...figures, ...left.run.figures } };
}
