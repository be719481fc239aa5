// Reads what a sweep left behind: sweep.json and jobs.csv.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type CsvTable, readTable } from '../read.ts';
import { scannedTable } from '../scanned-table.ts';
import { readWritten } from './read-written.ts';

const schema = z.object({
  version: z.string(),
  scenario: z.string(),
  reproduce: z.string(),
  jobs: z.number(),
  seeds: z.number(),
  jobs_folder: z.string().default('.'),
  caveats: z.array(z.string()).default([]),
  axes: z.array(z.object({ path: z.string(), label: z.string(), values: z.array(z.string()) })),
  figures: z.array(z.object({ column: z.string(), title: z.string(), unit: z.string(), meaning: z.string() })),
  cells: z.array(
    z.object({
      cell: z.string(),
      values: z.array(z.string()),
      jobs: z.array(z.string()),
      expect: z.array(z.object({ text: z.string(), shown: z.string(), pass: z.boolean() })),
    }),
  ),
  failures: z.array(z.object({ job: z.string(), reason: z.string(), reproduce: z.string() })),
});

const SWEEP_FILE = 'sweep.json';
const LONG_BYTES = 1 << 24;

export interface Sweep extends z.output<typeof schema> {
  readonly folder: string;
  /** One row per job. */
  readonly table: CsvTable;
}

export function isSweep(folder: string): boolean {
  return existsSync(join(folder, SWEEP_FILE));
}

/** Of very many jobs all rows at once are much. */
function readJobs(file: string): CsvTable {
  const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return size > LONG_BYTES ? scannedTable(file) : readTable(file);
}

/** The row of each job. */
export function rowsByJob({ table }: Sweep): ReadonlyMap<string, number> {
  let rows = rowsOf.get(table);
  if (rows === undefined) {
    rows = new Map(table.text('job').map((job, at) => [job, at]));
    rowsOf.set(table, rows);
  }
  return rows;
}

const rowsOf = new WeakMap<CsvTable, ReadonlyMap<string, number>>();

/** Throws an InputError for files that are missing or not what wavetank writes. */
export function readSweep(folder: string): Sweep {
  const sweep = readWritten(join(folder, SWEEP_FILE), schema);
  return { ...sweep, folder, table: readJobs(join(folder, 'jobs.csv')) };
}
