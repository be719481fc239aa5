// The figures that a person wants to see first, over several runs: their mean with its 95 % confidence interval, minimum and maximum.
import { max, min } from 'd3-array';
import { meanInterval } from '../lib/confidence.ts';
import type { JobResult } from '../sweep/job-results.ts';
import { count, measuredFigures, summaryTable } from './summary-table.ts';
import { table } from './table.ts';

/** One line per figure. */
export function summaryOfMany(runs: readonly Pick<JobResult, 'summary'>[]): string {
  if (runs.length === 1) return summaryTable(runs[0].summary);
  const lines = measuredFigures(runs).map(({ title, show, values }) => {
    const { mean, half = 0 } = meanInterval(values);
    const spread = show === count && half < 10 ? String(Number(half.toPrecision(2))) : show(half);
    return [title, show(mean), half === 0 ? '' : `± ${spread}`, show(min(values) ?? 0), show(max(values) ?? 0)];
  });
  return table(['', 'mean', '95 %', 'least', 'greatest'], lines, [1, 2, 3, 4]);
}
