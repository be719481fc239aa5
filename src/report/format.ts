// Numbers as people read them.
import { thousands } from '../lib/plural.ts';

/** A number as text, in the unit that suits `greatest`: all ticks of an axis have the unit of its greatest value. */
export type Format = (value: number, greatest?: number) => string;

/** 250 µs, 12 ms, 1.5 s, 90 s, 10 min. */
export function formatSeconds(value: number, greatest = value): string {
  const most = Math.abs(greatest);
  if (value === 0) return '0';
  if (most < 1e-3) return `${digits(value * 1e6)} µs`;
  if (most < 1) return `${digits(value * 1e3)} ms`;
  if (most < 600) return `${digits(value)} s`;
  return most < 7200 ? `${digits(value / 60)} min` : `${digits(value / 3600)} h`;
}

/** A ratio as a percentage. */
export function formatRatio(value: number): string {
  return `${digits(value * 100)} %`;
}

const BYTE_RATES = [
  [1e9, 'GB/s'],
  [1e6, 'MB/s'],
  [1e3, 'kB/s'],
] as const;

/** 250 B/s, 12 kB/s, 1.5 MB/s: units of a thousand. */
export function formatBytesPerSecond(value: number, greatest = value): string {
  if (value === 0) return '0';
  const [per, unit] = BYTE_RATES.find(([least]) => Math.abs(greatest) >= least) ?? [1, 'B/s'];
  return `${digits(value / per)} ${unit}`;
}

/** A difference of ratios, in percentage points. */
export function formatPoints(value: number): string {
  return `${digits(value * 100)} pp`;
}

/** 1,234,567 for counts, three significant digits for what is not whole. */
export function formatCount(value: number): string {
  return Number.isInteger(value) ? thousands(value) : digits(value);
}

/** 9.96 ± 0.84 s: a mean and half of its interval, both in the unit of the greater one. */
export function formatInterval(format: Format, mean: number, half: number): string {
  const greatest = Math.max(Math.abs(mean), half);
  const spread = format(Number(half.toPrecision(2)), greatest);
  const [, unit = ''] = /( .*)?$/.exec(spread) ?? [];
  return `${format(Number(mean.toPrecision(4)), greatest).replace(unit, '')} ± ${spread}`;
}

/** A point in time: seconds for runs below ten, m:ss, or h:mm for runs of two hours and more. */
export function formatClock(seconds: number, duration: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (duration < 10) return digits(seconds);
  if (duration >= 7200) return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}`;
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/** What formatClock writes. */
export function clockUnit(duration: number): string {
  if (duration < 10) return 's';
  return duration >= 7200 ? 'h:mm' : 'm:ss';
}

/** Three significant digits, no exponent, no trailing zeros; all digits of what is 1000 and more. */
function digits(value: number): string {
  if (Math.abs(value) >= 1000) return thousands(Math.round(value));
  if (value !== 0 && Math.abs(value) < 1e-6) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}
