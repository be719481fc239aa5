// Reads what a comparison left behind: compare.json and compare.csv.
import { join } from 'node:path';
import { z } from 'zod';
import { readTable } from '../read.ts';
import { readWritten } from './read-written.ts';

const schema = z.object({
  a: z.string(),
  b: z.string(),
  pairs: z.number(),
  cells: z.number(),
  notes: z.array(z.string()),
  reproduce: z.string(),
});

export interface ComparedRow {
  readonly cell: string;
  readonly figure: string;
  readonly unit: string;
  readonly meanA: number;
  readonly meanB: number;
  readonly difference: number;
  /** NaN for one pair. */
  readonly low: number;
  readonly high: number;
  readonly verdict: string;
}

export interface Comparison extends z.output<typeof schema> {
  readonly rows: readonly ComparedRow[];
}

/** Throws an InputError for files that are missing or not what wavetank writes. */
export function readComparison(folder: string): Comparison {
  const about = readWritten(join(folder, 'compare.json'), schema);
  const table = readTable(join(folder, 'compare.csv'));
  const [cell, figure, unit, verdict] = ['cell', 'figure', 'unit', 'verdict'].map((name) => table.text(name));
  const numbers = ['mean_a', 'mean_b', 'difference', 'difference_low', 'difference_high'].map((name) =>
    table.numbers(name),
  );
  const [meanA, meanB, difference, low, high] = numbers;
  return {
    ...about,
    rows: cell.map((_, at) => ({
      cell: cell[at],
      figure: figure[at],
      unit: unit[at],
      meanA: meanA[at],
      meanB: meanB[at],
      difference: difference[at],
      low: low[at],
      high: high[at],
      verdict: verdict[at],
    })),
  };
}
