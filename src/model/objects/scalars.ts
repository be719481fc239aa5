// Scalar values of Kubernetes objects: which plain values are accepted, and their canonical form (Go's JSON decoder and encoder).
import { show } from '../../lib/show.ts';
import { bytesToBase64 } from './base64.ts';
import { tryParseQuantity } from '../parse/quantity.ts';
import type { Scalar } from './tables.ts';

export type ReadScalar = { readonly value: unknown } | { readonly wrong: string };

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const RFC3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[+-](?:[01]\d|2[0-4]):[0-5]\d)$/;
const INT32 = 2 ** 31;
const INT64 = 2 ** 63;

/** Reads a value that is not null. */
export function decodeScalar(scalar: Scalar, raw: unknown): ReadScalar {
  switch (scalar) {
    case 'string':
      return typeof raw === 'string' ? { value: raw } : wrongString(raw);
    case 'int32':
      return integer(raw, INT32);
    case 'int64':
      return integer(raw, INT64);
    case 'double':
      return typeof raw === 'number' ? { value: raw } : wrong('a number', raw);
    case 'boolean':
      return typeof raw === 'boolean' ? { value: raw } : wrong('true or false', raw);
    case 'bytes':
      return bytes(raw);
    case 'time':
      return typeof raw === 'string' && RFC3339.test(raw)
        ? { value: raw }
        : wrong('a time like "2026-01-31T12:00:00Z"', raw);
    case 'quantity':
      return quantity(raw);
    case 'int-or-string':
      return typeof raw === 'string' ? { value: raw } : integer(raw, INT32, 'an integer or a string');
    case 'any':
      return { value: raw };
  }
}

function wrong(expected: string, raw: unknown): ReadScalar {
  return { wrong: `expected ${expected}, got ${show(raw)}` };
}

function wrongString(raw: unknown): ReadScalar {
  if (typeof raw === 'object') return wrong('a string', raw);
  return { wrong: `expected a string, got ${show(raw)} (put it in quotes)` };
}

function integer(raw: unknown, limit: number, expected = 'an integer'): ReadScalar {
  if (typeof raw !== 'number' || !Number.isInteger(raw)) return wrong(expected, raw);
  // Beyond 2^53 a double cannot tell 2^63 from the largest int64; Kubernetes has no use for either.
  if (raw < -limit || raw >= limit) return wrong(`${expected} of ${limit === INT32 ? 32 : 64} bits`, raw);
  // Minus zero is zero.
  return { value: raw + 0 };
}

function bytes(raw: unknown): ReadScalar {
  if (Array.isArray(raw)) return listOfBytes(raw);
  if (typeof raw !== 'string') return wrong('a string in base64', raw);
  const text = raw.replaceAll(/[\r\n]/g, '');
  return BASE64.test(text) ? { value: text } : wrong('base64', raw);
}

/** Go reads a list of numbers as bytes too; an empty one is empty bytes. */
function listOfBytes(raw: readonly unknown[]): ReadScalar {
  const isByte = (value: unknown) =>
    value === null || (Number.isInteger(value) && Number(value) >= 0 && Number(value) < 256);
  const stray = raw.find((value) => !isByte(value));
  if (stray !== undefined) return wrong('bytes from 0 to 255', stray);
  return { value: bytesToBase64(raw.map(Number)) };
}

function quantity(raw: unknown): ReadScalar {
  if (typeof raw !== 'string' && typeof raw !== 'number') return wrong('a quantity like "500m" or "2Gi"', raw);
  // Unlike the parser itself, JSON decoding ignores white space around a quantity.
  const read = tryParseQuantity(String(raw).trim());
  return 'error' in read
    ? { wrong: `${show(raw)} is no quantity: ${read.error}` }
    : { value: read.quantity.canonical() };
}
