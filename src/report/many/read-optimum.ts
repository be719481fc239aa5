// Reads what a search left behind beside its jobs: optimize.csv and optimize.json.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readTable } from '../read.ts';
import { readWritten } from './read-written.ts';

const FILE = 'optimize.csv';

const schema = z.object({
  cost: z.object({ title: z.string(), unit: z.string() }),
  method: z.string(),
  best: z.record(z.string(), z.string()).nullable(),
  share_shown: z.number().nullable(),
  remarks: z.array(z.string()),
});

export interface OptimumRow {
  /** By axis. */
  readonly values: readonly string[];
  /** NaN where no run could tell. */
  readonly cost: number;
  readonly seeds: number;
  readonly margin: number;
  readonly keeps: boolean;
  readonly frontier: boolean;
  readonly best: boolean;
}

export interface ReadOptimum extends z.output<typeof schema> {
  readonly axes: readonly string[];
  /** From the cheapest to the dearest. */
  readonly rows: readonly OptimumRow[];
}

export function isOptimum(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** Throws an InputError for files that are not what wavetank writes. */
export function readOptimum(folder: string, axes: readonly string[]): ReadOptimum {
  const about = readWritten(join(folder, 'optimize.json'), schema);
  const table = readTable(join(folder, FILE));
  const values = axes.map((axis) => table.text(axis));
  const [cost, seeds, margin] = ['cost', 'seeds', 'margin_ratio'].map((name) => table.numbers(name));
  const [keeps, frontier, best] = ['keeps', 'frontier', 'best'].map((name) => table.text(name));
  const rows = keeps.map((one, at) => ({
    values: values.map((column) => column[at]),
    cost: cost[at],
    seeds: seeds[at],
    margin: margin[at],
    keeps: one === 'yes',
    frontier: frontier[at] === 'yes',
    best: best[at] === 'yes',
  }));
  return { ...about, axes, rows };
}
