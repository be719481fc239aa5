// Prices and carbon intensities in CSV files: `prices: { file }` of spot machines, `carbonIntensity: { file }` of the cluster.
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import type { Step, Steps } from '../model/settings/costs.ts';
import { numberOf, readColumns } from './csv-columns.ts';
import { secondsOf } from './recorded-arrivals.ts';
import type { SourceText } from './scenario.ts';

const column = z.string().min(1).optional();
const times = z.strictObject({ file: z.string().min(1), time: column, hour: column });

export const recordedPrices = times.extend({ zone: column, price: column });
export const recordedIntensities = times.extend({ region: column, grams_per_kwh: column });

/** Columns by what they hold; those that are not named have their usual names. */
interface Columns {
  readonly time: string | undefined;
  readonly hour: string | undefined;
  readonly place: string | undefined;
  readonly value: string | undefined;
}

export const readPrices = (source: SourceText, { time, hour, zone, price }: z.output<typeof recordedPrices>): Steps =>
  readSteps(source, { time, hour, place: zone, value: price }, 'zone', 'price');

export const readIntensities = (source: SourceText, names: z.output<typeof recordedIntensities>): Steps =>
  readSteps(
    source,
    { time: names.time, hour: names.hour, place: names.region, value: names.grams_per_kwh },
    'region',
    'grams_per_kwh',
  );

/** Sorted by time. Throws an InputError. */
function readSteps(source: SourceText, names: Columns, place: string, value: string): Steps {
  const { file, text } = source;
  const [head = ''] = text.split('\n', 1);
  const header = new Set(
    head
      .replace(/^\uFEFF/, '')
      .split(',')
      .map((one) => one.trim().replace(/^"|"$/g, '')),
  );
  const daily = names.hour !== undefined || (names.time === undefined && !header.has('time') && header.has('hour'));
  const time = daily ? (names.hour ?? 'hour') : (names.time ?? 'time');
  const where = names.place ?? (header.has(place) ? place : undefined);
  const columns = [time, names.value ?? value, ...(where === undefined ? [] : [where])];
  const steps: Step[] = [];
  const seen = new Set<string>();
  for (const { cells, line } of readColumns(source, columns)) {
    const fromSeconds = daily ? hourOf(cells[0], line, file) * 3600 : dateOf(cells[0], line, file);
    const step = { place: cells[2] ?? '', fromSeconds, value: numberOf(cells[1], line, file) };
    const key = `${fromSeconds} ${step.place}`;
    if (seen.has(key))
      throw new InputError({
        file,
        line,
        message: `has ${cells[0]} ${step.place} a second time`.replace(/ {2,}/g, ' '),
      });
    seen.add(key);
    steps.push(step);
  }
  return { file, daily, steps: steps.sort((a, b) => a.fromSeconds - b.fromSeconds) };
}

function hourOf(cell: string, line: number, file: string): number {
  const hour = numberOf(cell, line, file);
  if (hour < 24) return hour;
  throw new InputError({ file, line, message: `expected an hour from 0 to 23, got ${JSON.stringify(cell)}` });
}

function dateOf(cell: string, line: number, file: string): number {
  if (/^\d+(\.\d+)?$/.test(cell))
    throw new InputError({
      file,
      line,
      message: `expected a date such as 2026-01-01T00:00:00Z, got ${JSON.stringify(cell)}`,
    });
  return secondsOf(cell, 1, line, file);
}
