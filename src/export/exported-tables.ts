// What of a folder of results is exported: each table with typed columns, its rows job by job.
import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { catalogue } from '../metrics/catalogue.ts';
import type { Column } from '../metrics/tables/column.ts';
import { benchColumns, chaosColumns, compareColumns, jobColumns } from '../metrics/tables/comparisons.ts';
import { isSweep, readSweep } from '../report/many/read-sweep.ts';
import { type CsvTable, findJobs, readTable } from '../report/read.ts';

type ColumnType = Column['type'];

export interface ExportedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly help: string;
}

/** A CSV file. Its columns are some of those of its table: results of an older version may lack one. */
export interface Part {
  /** The folder of its job below the exported one; undefined for a table of many jobs, such as jobs.csv. */
  readonly run: string | undefined;
  readonly file: string;
  /** Read anew each time. */
  readonly read: () => CsvTable;
}

export interface ExportedTable {
  /** As the file is called, without its ending. */
  readonly name: string;
  readonly help: string;
  /** Those of the CSV file; of a table of each job `run` comes before them. */
  readonly columns: readonly ExportedColumn[];
  readonly parts: readonly Part[];
}

/** The column that says of which job a row is. */
export const RUN: ExportedColumn = {
  name: 'run',
  type: 'text',
  help: 'Folder of the job, below the one that was exported.',
};

const OF_MANY: readonly {
  readonly file: string;
  readonly help: string;
  readonly columns: Readonly<Record<string, Column>>;
}[] = [
  {
    file: 'jobs.csv',
    help: 'A row per job: its choices on the axes and its figures.',
    columns: { ...catalogue.summary.columns, ...jobColumns },
  },
  { file: 'bench.csv', help: 'Each figure of each variant.', columns: benchColumns },
  { file: 'chaos.csv', help: 'Each target struck at each moment.', columns: chaosColumns },
  { file: 'compare.csv', help: 'Differences of two results.', columns: compareColumns },
];

/** The folders of the jobs in `folder`: of a sweep those that it has now, else all at or below it. Throws an InputError when there is none. */
export function jobFolders(folder: string): string[] {
  if (!isSweep(folder)) return existsSync(join(folder, 'compare.csv')) ? [] : findJobs(folder);
  const { cells, failures, jobs_folder: below } = readSweep(folder);
  const failed = new Set(failures.map(({ job }) => job));
  return cells.flatMap(({ jobs }) => jobs.filter((job) => !failed.has(job)).map((job) => join(folder, below, job)));
}

/** Tables without a row in any job are left out. Throws an InputError. */
export function exportedTables(folder: string): ExportedTable[] {
  const jobs = jobFolders(folder).map((job) => ({ job, run: relative(folder, job) || basename(job) }));
  const ofJobs = Object.values(catalogue).flatMap(({ file, help, columns }) => {
    const parts = jobs.map(({ job, run }) => partOf(join(job, file), run));
    return tableOf(file, help, columns, parts);
  });
  const ofMany = OF_MANY.flatMap(({ file, help, columns }) =>
    tableOf(file, help, columns, [partOf(join(folder, file), undefined)]),
  );
  return [...ofMany, ...ofJobs];
}

function partOf(file: string, run: string | undefined): Part {
  return { run, file, read: () => readTable(file) };
}

function tableOf(
  file: string,
  help: string,
  known: Readonly<Record<string, Column>>,
  candidates: readonly Part[],
): ExportedTable[] {
  const parts = candidates.filter((part) => existsSync(part.file) && part.read().rows > 0);
  const [first] = parts;
  if (first === undefined) return [];
  const table = first.read();
  const columns = table.columns.map((name): ExportedColumn => {
    const column = known[name];
    return { name, type: column?.type ?? typeOf(table, name), help: column?.help ?? '' };
  });
  return [
    { name: file.replace(/\.csv$/, ''), help, columns: first.run === undefined ? columns : [RUN, ...columns], parts },
  ];
}

/** Of an axis or of a figure of an expectation. */
function typeOf(table: CsvTable, column: string): ColumnType {
  return table.text(column).every((cell) => cell === '' || Number.isFinite(Number(cell))) ? 'number' : 'text';
}
