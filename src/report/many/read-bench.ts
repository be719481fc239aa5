// Reads what a bench left behind beside its jobs: bench.csv.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from '../read.ts';

const BENCH_FILE = 'bench.csv';

/** A figure of a variant. NaN stands for what is not known: an interval of one seed, the difference of the first variant. */
export interface BenchRow {
  readonly variant: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly difference: number;
  readonly differenceLow: number;
  readonly differenceHigh: number;
  readonly verdict: string;
}

export interface Bench {
  /** In their order; all others are compared with the first. */
  readonly variants: readonly string[];
  /** Of each figure one row per variant that has it. */
  readonly figures: ReadonlyMap<string, readonly BenchRow[]>;
}

export function isBench(folder: string): boolean {
  return existsSync(join(folder, BENCH_FILE));
}

/** Throws an InputError for a file that is not what wavetank writes. */
export function readBench(folder: string): Bench {
  const table = readTable(join(folder, BENCH_FILE));
  const [variant, figure, verdict] = ['variant', 'figure', 'verdict'].map((name) => table.text(name));
  const columns = ['mean', 'mean_low', 'mean_high', 'difference', 'difference_low', 'difference_high'];
  const [mean, low, high, difference, differenceLow, differenceHigh] = columns.map((name) => table.numbers(name));
  const figures = new Map<string, BenchRow[]>();
  for (const [at, name] of figure.entries()) {
    const rows = figures.get(name) ?? [];
    figures.set(name, rows);
    rows.push({
      variant: variant[at],
      mean: mean[at],
      low: low[at],
      high: high[at],
      difference: difference[at],
      differenceLow: differenceLow[at],
      differenceHigh: differenceHigh[at],
      verdict: verdict[at],
    });
  }
  return { variants: [...new Set(variant)], figures };
}
