// Compares the variants of a bench: each figure's mean over seeds, and how it differs from that of the first variant, seed by seed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { meanInterval } from '../lib/confidence.ts';
import { benchColumns } from '../metrics/tables/comparisons.ts';
import { type Column, type Unit } from '../metrics/tables/column.ts';
import { catalogue } from '../metrics/catalogue.ts';
import { headerOf, linesOf } from '../results/csv.ts';
import { meanRanks } from '../statistics/ranks.ts';
import { inBaseUnits } from '../world/expectations.ts';
import { LEFT_OUT } from './compare.ts';
import { figureFacts } from './figure-facts.ts';
import type { Cell } from './index-files.ts';
import type { JobResult } from './job-results.ts';
import { type Difference, judgedTogether, paired } from './paired.ts';

/** A figure of one variant. */
export interface Benched {
  readonly variant: string;
  readonly figure: string;
  readonly unit: Unit;
  /** Seeds that have the figure, their mean, and half its 95 % confidence interval; undefined for one seed. */
  readonly seeds: number;
  readonly mean: number;
  readonly half: number | undefined;
  /** Mean rank among the variants over the seeds that all of them have, 1 is best; undefined where neither way is better. */
  readonly rank: number | undefined;
  /** From the first variant; undefined for that one itself, and where no seed has both. */
  readonly difference: Difference | undefined;
}

/** Figures in the order of summary.csv, then those of expectations; of each the variants in their order. Without figures that are 0 for all. */
export function benchOf(cells: readonly Cell[]): Benched[] {
  const variants = cells.map(({ values, results }) => ({
    variant: values.join(' '),
    bySeed: new Map(results.map((result) => [result.job.seed, figuresOf(result)])),
  }));
  const figures = new Set(variants.flatMap(({ bySeed }) => [...bySeed.values()].flatMap((own) => [...own.keys()])));
  const [first] = variants;
  return [...figures].flatMap((figure) => {
    const { unit, better } = figureFacts(figure);
    const ranks = better === 'neither' ? [] : ranksOf(variants, figure, better);
    const rows = variants.flatMap(({ variant, bySeed }, at): Benched[] => {
      const values = valuesOf(bySeed, figure);
      if (values.length === 0) return [];
      const { count: seeds, mean, half } = meanInterval(values.map(([, value]) => value));
      const base = new Map(valuesOf(first.bySeed, figure));
      const pairs = at === 0 ? [] : values.flatMap(([seed, value]) => [[base.get(seed), value] as const]);
      const both = pairs.flatMap(([a, b]) => (a === undefined ? [] : [[a, b] as const]));
      const sides = [both.map(([a]) => a), both.map(([, b]) => b)] as const;
      const difference = both.length === 0 ? undefined : paired(...sides, better);
      return [{ variant, figure, unit, seeds, mean, half, rank: ranks.at(at), difference }];
    });
    return rows.every(({ mean, half = 0 }) => mean === 0 && half === 0) ? [] : judgedVariants(rows);
  });
}

/** Mean ranks in the order of the variants; none where there is nothing to rank. */
function ranksOf(
  variants: readonly { readonly bySeed: ReadonlyMap<number, ReadonlyMap<string, number | null>> }[],
  figure: string,
  better: 'higher' | 'lower',
): number[] {
  if (variants.length < 2) return [];
  const columns = variants.map(({ bySeed }) => new Map(valuesOf(bySeed, figure)));
  const rows = [...columns[0].keys()].map((seed) => columns.flatMap((column) => column.get(seed) ?? []));
  return meanRanks(
    rows.filter((row) => row.length === variants.length),
    better,
  );
}

/** The variants of one figure, judged together. */
function judgedVariants(rows: readonly Benched[]): Benched[] {
  const judged = judgedTogether(rows.flatMap(({ difference }) => difference ?? []));
  let next = 0;
  return rows.map((row) => (row.difference === undefined ? row : { ...row, difference: judged[next++] }));
}

function figuresOf({ summary, verdicts }: JobResult): Map<string, number | null> {
  const figures = new Map<string, number | null>();
  for (const [name, column] of Object.entries<Column>(catalogue.summary.columns)) {
    if (column.type === 'text' || LEFT_OUT.has(name)) continue;
    const value = summary[name as keyof typeof summary];
    if (typeof value !== 'string') figures.set(name, value);
  }
  for (const verdict of verdicts) figures.set(verdict.expectation.measured, inBaseUnits(verdict));
  return figures;
}

function valuesOf(bySeed: ReadonlyMap<number, ReadonlyMap<string, number | null>>, figure: string) {
  return [...bySeed].flatMap(([seed, figures]): [seed: number, value: number][] => {
    const value = figures.get(figure) ?? null;
    return value === null ? [] : [[seed, value]];
  });
}

/** Writes bench.csv. It depends on what was simulated and on nothing else: no wall time is in it. */
export function writeBench(folder: string, rows: readonly Benched[]): void {
  const lines = rows.map(({ half, mean, rank, difference, ...row }) => {
    const { half: about } = difference ?? {};
    return {
      ...row,
      mean,
      mean_low: half === undefined ? null : mean - half,
      mean_high: half === undefined ? null : mean + half,
      mean_rank: rank ?? null,
      pairs: difference?.pairs ?? 0,
      difference: difference?.difference ?? null,
      difference_low: difference === undefined || about === undefined ? null : difference.difference - about,
      difference_high: difference === undefined || about === undefined ? null : difference.difference + about,
      relative_difference_ratio:
        difference === undefined || difference.meanA === 0 ? null : difference.difference / Math.abs(difference.meanA),
      effect_size: difference?.effectSize ?? null,
      p_value_ratio: difference?.p ?? null,
      p_value_adjusted_ratio: difference?.adjustedP ?? null,
      verdict: difference?.shown ?? '',
    };
  });
  writeFileSync(join(folder, 'bench.csv'), headerOf(benchColumns) + linesOf('bench.csv', benchColumns, lines));
}
