// What the charts share: their shape as a family's members, and how they take columns from the tables.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Member } from '../../lib/family.ts';
import type { Drawing } from '../drawing.ts';
import { formatSeconds } from '../format.ts';
import type { Mark } from '../marks.ts';
import type { CsvTable, JobResults } from '../read.ts';

/** What a chart is drawn from. */
export interface ChartContext {
  readonly job: JobResults;
  readonly marks: readonly Mark[];
}

/** A chart is a member of the family of charts; it draws nothing where the job has nothing to show. */
export type Chart = Member<ChartContext, Drawing | undefined>;

/** Declares a chart, which takes no arguments. */
export function chart(
  name: string,
  summary: string,
  draw: (job: JobResults, marks: readonly Mark[]) => Drawing | undefined,
): Chart {
  return member({
    name,
    summary,
    args: z.strictObject({}),
    create: (_, { job, marks }: ChartContext) => draw(job, marks),
  });
}

/** Below the title: which run this is, and anything else to know. */
export function subtitle(job: JobResults, ...more: string[]): string {
  return subtitleOf(job, job.run.series_interval_seconds, ...more);
}

/** The same of a table with another interval, in seconds. */
export function subtitleOf({ run: { scenario, seed } }: JobResults, interval: number, ...more: string[]): string {
  return [`${scenario}, seed ${seed}, ${formatSeconds(interval)} intervals`, ...more].join(' · ');
}

/** Ends of the intervals, in seconds. */
export function ends(table: CsvTable): Float64Array {
  return table.numbers('time_seconds');
}

/** Middles of the intervals: where a rate or a percentile of an interval belongs. */
export function middles(job: JobResults, table: CsvTable): Float64Array {
  const half = job.run.series_interval_seconds / 2;
  return ends(table).map((time) => Math.max(0, time - half));
}

/** A column as events per second. */
export function perSecond(job: JobResults, table: CsvTable, column: string): Float64Array {
  const { series_interval_seconds: interval } = job.run;
  return table.numbers(column).map((value) => value / interval);
}

interface ChosenColumn {
  readonly column: string;
  readonly name: string;
  readonly color: string;
}

/** The columns that have something to show as lines, each with what all of them have in common. */
export function linesOf<Common extends object>(
  columns: readonly ChosenColumn[],
  valuesOf: (column: string) => Float64Array,
  common: Common,
) {
  return columns
    .map(({ column, name, color }) => ({ name, color, values: valuesOf(column), ...common }))
    .filter(({ values }) => some(values));
}

/** Is there anything but zeros and gaps? */
export function some(values: Float64Array): boolean {
  return values.some((value) => value > 0);
}

/** The rows of a table by the text in a column, in order of first appearance. */
export function groupRows(keys: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [row, key] of keys.entries()) {
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return groups;
}

/** A logarithmic axis is used when the greatest value is this many times the least. */
const WIDE = 8;

/** The scale that shows all of these values. */
export function scaleOf(columns: readonly Float64Array[]): 'log' | 'linear' {
  const [least, most] = positiveExtent(columns);
  return most / least >= WIDE ? 'log' : 'linear';
}

/** The least and the greatest value above zero; Infinity and 0 when there is none. */
export function positiveExtent(columns: readonly Float64Array[]): [number, number] {
  let least = Infinity;
  let most = 0;
  for (const values of columns) {
    for (const value of values) {
      if (value > 0 && value < least) least = value;
      if (value > most) most = value;
    }
  }
  return [least, most];
}
