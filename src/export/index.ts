// The formats that results are exported to, and what each writes into the folder.
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../lib/errors.ts';
import { CALENDAR_START_SECONDS } from '../lib/timestamp.ts';
import { counted } from '../lib/plural.ts';
import { makeReport } from '../report/report.ts';
import { readJob } from '../report/read.ts';
import { writeDuckDb } from './duckdb.ts';
import { type ExportedTable, exportedTables, jobFolders } from './exported-tables.ts';
import { figureTables } from './figure-tables.ts';
import { latexTables } from './latex-tables.ts';
import { markdownTables } from './markdown-tables.ts';
import { openMetrics } from './open-metrics.ts';
import { writeParquet } from './parquet.ts';
import { findChromium, writePdf } from './pdf.ts';
import { perfettoRun } from './perfetto.ts';
import { roCrate } from './ro-crate.ts';

export interface ExportOptions {
  /** The folder that files are written into. */
  readonly out: string;
  readonly version: string;
  /** Seconds since 1970 at which virtual time begins; that of the run if left out. */
  readonly startSeconds?: number | undefined;
}

/** A file that was written, and what is in it. */
export interface Exported {
  readonly file: string;
  readonly holds: string;
}

interface Format {
  readonly describe: string;
  readonly write: (folder: string, options: ExportOptions) => Promise<Exported[]> | Exported[];
}

const declared = {
  parquet: {
    describe: 'a Parquet file of each table, rows of all jobs together',
    write: (folder, { out, version }) =>
      tablesOf(folder).map((table) => {
        const file = `${table.name}.parquet`;
        let rows = 0;
        const written = replacing(join(out, 'parquet'), file, (partial) => {
          rows = writeParquet(table, partial, `wavetank ${version}`);
        });
        return { file: written, holds: counted(rows, 'row') };
      }),
  },
  duckdb: {
    describe: 'a DuckDB file with all tables (needs @duckdb/node-api)',
    async write(folder, { out }) {
      const tables = tablesOf(folder);
      mkdirSync(out, { recursive: true });
      const file = join(out, 'results.duckdb');
      const partial = `${file}.partial`;
      try {
        const rows = await writeDuckDb(tables, partial);
        renameSync(partial, file);
        const all = rows.reduce((sum, own) => sum + own, 0);
        return [{ file, holds: `${counted(tables.length, 'table')}, ${counted(all, 'row')}` }];
      } catch (error) {
        rmSync(partial, { force: true });
        throw error;
      }
    },
  },
  openmetrics: {
    describe: 'tables over time with time stamps, for `promtool tsdb create-blocks-from openmetrics`',
    write(folder, { out, startSeconds }) {
      const runs = new Map(jobFolders(folder).map((job) => [resolve(job), readJob(job).run]));
      const runOf = (run: string) => runs.get(resolve(folder, run)) ?? runs.get(resolve(folder));
      const startOf = (run: string) => startSeconds ?? startOfRun(runOf(run)?.start_time);
      const endOf = (run: string) => runOf(run)?.duration_seconds ?? 0;
      const lines = openMetrics(tablesOf(folder), (run) => runOf(run)?.scenario ?? '', startOf, endOf);
      let families = 0;
      const file = replacing(out, 'metrics.openmetrics', (partial) => {
        families = writeText(partial, lines, (text) => text.startsWith('# TYPE '));
      });
      return [{ file, holds: counted(families, 'metric') }];
    },
  },
  perfetto: {
    describe: 'each run for ui.perfetto.dev: pods on nodes, events, counters',
    write: (folder, { out }) => {
      const jobs = jobFolders(folder);
      return jobs.map((job) => {
        const name =
          jobs.length === 1
            ? 'run'
            : job
                .slice(folder.length)
                .replaceAll(/[^A-Za-z0-9.]+/g, '-')
                .replace(/^-/, '');
        let events = 0;
        const file = replacing(out, `${name}.perfetto.json`, (partial) => {
          events = writeText(partial, perfettoRun(readJob(job)), (text) => text.includes('"ph"'));
        });
        return { file, holds: counted(events, 'event') };
      });
    },
  },
  markdown: {
    describe: 'expectations and figures as Markdown tables',
    write: (folder, { out }) => tablesAs(folder, out, 'tables.md', markdownTables),
  },
  latex: {
    describe: 'expectations and figures as LaTeX tables (booktabs)',
    write: (folder, { out }) =>
      tablesAs(folder, out, 'tables.tex', (tables) => latexTables(tables, basename(resolve(folder)))),
  },
  'ro-crate': {
    describe: 'ro-crate-metadata.json beside the results of each job, whatever --out says',
    write: (folder) =>
      jobFolders(folder).map((job) => {
        const text = `${JSON.stringify(roCrate(job), null, 2)}\n`;
        const file = replacing(job, 'ro-crate-metadata.json', (partial) => void writeText(partial, [text]));
        return { file, holds: 'input, program, files by hash' };
      }),
  },
  pdf: {
    describe: 'the report as PDF (needs Chromium or Chrome)',
    async write(folder, { out }) {
      const program = findChromium();
      mkdirSync(out, { recursive: true });
      const reports = await makeReport(folder, { png: false, out: join(out, '.report') });
      try {
        return reports.map(({ page }, at) => {
          const name = reports.length === 1 ? 'report.pdf' : `report-${at + 1}.pdf`;
          return { file: replacing(out, name, (partial) => writePdf(program, page, partial)), holds: 'the report' };
        });
      } finally {
        rmSync(join(out, '.report'), { recursive: true, force: true });
      }
    },
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof declared;
export const formats: Readonly<Record<FormatName, Format>> = declared;

function tablesOf(folder: string): ExportedTable[] {
  const tables = exportedTables(folder);
  if (tables.length === 0) throw new InputError({ file: folder, message: 'no table here has a row' });
  return tables;
}

function tablesAs(
  folder: string,
  out: string,
  name: string,
  write: (tables: ReturnType<typeof figureTables>) => string,
): Exported[] {
  const tables = figureTables(folder);
  if (tables.length === 0) throw new InputError({ file: folder, message: 'has neither expectations nor figures' });
  const file = replacing(out, name, (partial) => void writeText(partial, [write(tables)]));
  return [{ file, holds: counted(tables.length, 'table') }];
}

/** Results of an older version do not say. */
function startOfRun(start: string | undefined): number {
  return start === undefined ? CALENDAR_START_SECONDS : Date.parse(start) / 1000;
}

/** Writes beside the file and renames: complete, or as it was. Throws an InputError. */
function replacing(folder: string, name: string, write: (partial: string) => void): string {
  const file = join(folder, name);
  const partial = `${file}.partial`;
  try {
    mkdirSync(folder, { recursive: true });
    write(partial);
    renameSync(partial, file);
    return file;
  } catch (error) {
    rmSync(partial, { force: true });
    if (error instanceof Error && 'syscall' in error) {
      throw new InputError({ file, message: `cannot be written: ${error.message}` });
    }
    throw error;
  }
}

/** Writes text part by part; returns how many parts `counts` says yes to. */
function writeText(file: string, parts: Iterable<string>, counts: (text: string) => boolean = () => false): number {
  const descriptor = openSync(file, 'w');
  let found = 0;
  try {
    for (const part of parts) {
      if (counts(part)) found += 1;
      writeSync(descriptor, part);
    }
  } finally {
    closeSync(descriptor);
  }
  return found;
}
