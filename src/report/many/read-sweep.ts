// Reads what a sweep left behind: sweep.json and jobs.csv.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { readTable } from '../read.ts';
import type { CsvTable } from '../read.ts';

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

export interface Sweep extends z.output<typeof schema> {
  readonly folder: string;
  /** One row per job. */
  readonly table: CsvTable;
}

export function isSweep(folder: string): boolean {
  return existsSync(join(folder, SWEEP_FILE));
}

/** Throws an InputError for files that are missing or not what wavetank writes. */
export function readSweep(folder: string): Sweep {
  const file = join(folder, SWEEP_FILE);
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError({ file, message: `cannot be read: ${(error as Error).message}` });
  }
  const sweep = schema.safeParse(data);
  if (!sweep.success) {
    throw new InputError(sweep.error.issues.map(({ path, message }) => ({ file, path: path.join('.'), message })));
  }
  return { ...sweep.data, folder, table: readTable(join(folder, 'jobs.csv')) };
}
