// Durations as Go writes them (`1h30m`, `550µs`), to the nanosecond: the duration fields of Kubernetes objects and configurations.
import { InputError } from '../../lib/errors.ts';

const NANOSECOND = 1n;
const MICROSECOND = 1000n * NANOSECOND;
const MILLISECOND = 1000n * MICROSECOND;
const SECOND = 1000n * MILLISECOND;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', NANOSECOND],
  ['us', MICROSECOND],
  // Both code points that look like a micro sign: U+00B5 and U+03BC.
  ['\u00b5s', MICROSECOND],
  ['\u03bcs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);

const LIMIT = 2n ** 63n;
const LIMIT_DIGITS = 19;
const PIECE = /([0-9]*)(?:(\.)([0-9]*))?([^.0-9]*)/y;

/** Nanoseconds, or what is wrong in Go's words. */
export function tryParseGoDuration(text: string): { readonly nanoseconds: bigint } | { readonly error: string } {
  const invalid = { error: `time: invalid duration ${quote(text)}` };
  const negative = text.startsWith('-');
  const body = negative || text.startsWith('+') ? text.slice(1) : text;
  if (body === '0') return { nanoseconds: 0n };
  if (body === '') return invalid;
  let total = 0n;
  for (PIECE.lastIndex = 0; PIECE.lastIndex < body.length; ) {
    const [, integer = '', , fraction = '', unitText = ''] = PIECE.exec(body) ?? [];
    if (integer === '' && fraction === '') return invalid;
    const digits = integer.replace(/^0+/, '');
    if (digits.length > LIMIT_DIGITS || BigInt(digits) > LIMIT) return invalid;
    if (unitText === '') return { error: `time: missing unit in duration ${quote(text)}` };
    const unit = UNITS.get(unitText);
    if (unit === undefined) return { error: `time: unknown unit ${quote(unitText)} in duration ${quote(text)}` };
    total += BigInt(digits) * unit + fractionOf(fraction, unit);
    if (total > LIMIT) return invalid;
  }
  if (negative) return { nanoseconds: -total };
  return total < LIMIT ? { nanoseconds: total } : invalid;
}

// Go computes fractions in doubles; digits beyond an int64 are dropped.
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (value > (LIMIT - 1n) / 10n || next > LIMIT) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** Nanoseconds of a Go duration. Throws InputError with Go's message. */
export function parseGoDuration(text: string): bigint {
  const result = tryParseGoDuration(text);
  if ('error' in result) throw new InputError(result.error);
  return result.nanoseconds;
}

/** As Go prints a duration: `1h33m39.5s`, `1.5ms`, `0s`. */
export function formatGoDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < MICROSECOND) return `${sign}${size}ns`;
  if (size < MILLISECOND) return `${sign}${inUnits(size, MICROSECOND)}µs`;
  if (size < SECOND) return `${sign}${inUnits(size, MILLISECOND)}ms`;
  const hours = size / HOUR;
  const minutes = (size % HOUR) / MINUTE;
  const seconds = `${inUnits(size % MINUTE, SECOND)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function inUnits(nanoseconds: bigint, unit: bigint): string {
  const places = unit.toString().length - 1;
  const fraction = (nanoseconds % unit).toString().padStart(places, '0').replace(/0+$/, '');
  return fraction === '' ? `${nanoseconds / unit}` : `${nanoseconds / unit}.${fraction}`;
}

// Go's time package quotes bytes that are not printable ASCII as \xNN.
function quote(text: string): string {
  let quoted = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    if (byte < 0x20 || byte >= 0x80) quoted += `\\x${byte.toString(16).padStart(2, '0')}`;
    else quoted += character === '"' || character === '\\' ? `\\${character}` : character;
  }
  return `"${quoted}"`;
}
