// Recorded arrivals in CSV files: `replay: { rates: { file } }` becomes the rates, `trace: { times: { file } }` the times that the file has.
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { someDuration } from '../lib/units.ts';
import { numberOf, readColumns } from './csv-columns.ts';
import type { SourceText } from './scenario.ts';

const SECONDS = { ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };
const UNITS = ['ms', 's', 'm', 'h', 'd'] as const;
const DATE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?$/;

export const recordedTimes = z.strictObject({
  file: z.string().min(1),
  time: z.string().min(1).default('time'),
  unit: z.enum(UNITS).default('s'),
});

export const recordedRates = recordedTimes.extend({
  rate: z.string().min(1).default('rate'),
  per: someDuration.default(1e6),
});

/** Since the first of them, in order; equal ones stay as many. Throws an InputError. */
export function readTimes(source: SourceText, { time, unit }: z.output<typeof recordedTimes>) {
  const seconds = readColumns(source, [time])
    .map(({ cells, line }) => secondsOf(cells[0], SECONDS[unit], line, source.file))
    .sort((a, b) => a - b);
  return { seconds: seconds.map((one) => one - seconds[0]) };
}

/**
 * Seconds since the first row and the rate per second from then on; the last row holds for as long as the one before it,
 * a single one for the time that its rate is per. Throws an InputError.
 */
export function readRates(source: SourceText, { time, rate, unit, per }: z.output<typeof recordedRates>) {
  const { file } = source;
  const rows: [seconds: number, perSecond: number][] = [];
  let first = 0;
  for (const { cells, line } of readColumns(source, [time, rate])) {
    const at = secondsOf(cells[0], SECONDS[unit], line, file);
    if (rows.length === 0) first = at;
    const last = rows.at(-1);
    if (last !== undefined && at - first <= last[0])
      throw new InputError({ file, line, message: `expected a time after that of the row before, got "${cells[0]}"` });
    rows.push([at - first, numberOf(cells[1], line, file) / (per / 1e6)]);
  }
  const last = rows[rows.length - 1][0];
  const before = rows.at(-2)?.[0];
  return { rows, endSeconds: before === undefined ? per / 1e6 : last + (last - before) };
}

/** Since 1970, of a date in UTC; of a number, so many times `unit`. Throws an InputError with the line. */
export function secondsOf(cell: string, unit: number, line: number, file: string): number {
  if (!DATE.test(cell)) return numberOf(cell, line, file) * unit;
  const ms = Date.parse(`${cell.replace(' ', 'T').replace('Z', '')}Z`);
  if (Number.isNaN(ms)) throw new InputError({ file, line, message: `expected a date, got ${JSON.stringify(cell)}` });
  return ms / 1e3;
}
