// Typed-array columns that grow together: the storage of every table of rows.
import { InputError } from '../lib/errors.ts';

type Column = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** A copy of the column with room for `capacity` rows; new cells are 0. */
export function grown<T extends Column>(column: T, capacity: number): T {
  const wider = new (column.constructor as new (length: number) => T)(capacity);
  wider.set(column);
  return wider;
}

/** Rows of one table: about a gigabyte of the widest. */
const MAX_ROWS = 8_388_608;

/** The next capacity: doubled, at least 64. Throws an InputError when `what`, in the plural, would be more than 8,388,608. */
export function nextCapacity(capacity: number, what = 'rows'): number {
  if (capacity >= MAX_ROWS) {
    throw new InputError(`more than ${MAX_ROWS} ${what} at a time, which is the limit: the scenario is too large`);
  }
  return Math.max(64, capacity * 2);
}
