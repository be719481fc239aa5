// Writes quantiles.csv: what is usual over seeds and what is rare, of the figures that the page shows.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quantileColumns } from '../metrics/tables/experiments.ts';
import { headerOf, linesOf } from '../results/csv.ts';
import { leastValues, quantileEstimate } from '../statistics/quantile-interval.ts';
import { figureFacts } from './figure-facts.ts';
import { measuredIn, valuesOf } from './figure-values.ts';
import type { Cell } from './index-files.ts';

const FILE = 'quantiles.csv';
const SHARES = [0.1, 0.5, 0.9] as const;
const USUAL = ['request_duration_seconds_p99', 'requests_error_ratio'] as const;
/** With fewer seeds not even the median has an interval. */
const FEWEST = leastValues(0.5);

/** Writes nothing where no cell has seeds enough. */
export function writeQuantiles(folder: string, cells: readonly Cell[]): void {
  const enough = cells.filter(({ results }) => results.length >= FEWEST);
  if (enough.length === 0) return;
  const rows = enough.flatMap((cell) => [
    ...measuredIn([cell]).flatMap((figure) => rowsOf(cell, figure, valuesOf(cell, figure))),
    ...USUAL.flatMap((name) => rowsOf(cell, name, summariesOf(cell, name))),
  ]);
  writeFileSync(join(folder, FILE), headerOf(quantileColumns) + linesOf(FILE, quantileColumns, rows));
}

function summariesOf({ results }: Cell, name: (typeof USUAL)[number]): number[] {
  return results.flatMap(({ summary }) => summary[name] ?? []);
}

function rowsOf({ values: choices }: Cell, figure: string, values: readonly number[]) {
  if (values.length < FEWEST) return [];
  return SHARES.map((share) => {
    const { value, low, high } = quantileEstimate(values, share);
    return {
      cell: choices.join(', '),
      figure,
      unit: figureFacts(figure).unit,
      seeds: values.length,
      quantile_ratio: share,
      value,
      value_low: low ?? null,
      value_high: high ?? null,
    };
  });
}
