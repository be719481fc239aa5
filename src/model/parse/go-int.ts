// Integers as Go's strconv.ParseInt(text, 10, 64) reads them.
import { fitsInt64 } from './int64.ts';

const DECIMAL = /^[+-]?[0-9]+$/;

/** The int64, or undefined where Go reports an error. */
export function parseGoInt64(text: string): bigint | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return fitsInt64(value) ? value : undefined;
}
