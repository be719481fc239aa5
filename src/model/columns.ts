// Typed-array columns that grow together: the storage of every table of rows.

type Column = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** A copy of the column with room for `capacity` rows; new cells are 0. */
export function grown<T extends Column>(column: T, capacity: number): T {
  const wider = new (column.constructor as new (length: number) => T)(capacity);
  wider.set(column);
  return wider;
}

/** The next capacity: doubled, at least 64. */
export function nextCapacity(capacity: number): number {
  return Math.max(64, capacity * 2);
}
