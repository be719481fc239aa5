// A long CSV table that is read column by column: memory is taken for what is asked for, and not for the file.
import { closeSync, openSync, readSync } from 'node:fs';
import { InputError } from '../lib/errors.ts';
import type { CsvTable } from './read.ts';

const CHUNK_BYTES = 1 << 20;
const [QUOTE, COMMA, NEWLINE] = [34, 44, 10];

/** The same as `readTable`; each column takes a pass over the file when it is first asked for. Throws an InputError. */
export function scannedTable(file: string): CsvTable {
  let heads: readonly string[] | undefined;
  let rows = 0;
  scan(file, (record, ends) => {
    heads ??= ends.map((_, at) => cellOf(record, ends, at));
    if (ends.length !== heads.length) {
      throw new InputError({ file, line: rows + 1, message: `expected ${heads.length} cells, got ${ends.length}` });
    }
    rows += 1;
  });
  const columns = heads ?? [];
  rows -= heads === undefined ? 0 : 1;
  const texts = new Map<string, readonly string[]>();
  const numbers = new Map<string, Float64Array>();
  /** Each cell of a column, with its row. */
  const each = (column: string, take: (cell: string, row: number) => void): void => {
    const index = columns.indexOf(column);
    if (index === -1) throw new InputError({ file, line: 1, message: `no column "${column}"` });
    let row = -1;
    scan(file, (record, ends) => {
      if (row >= 0) take(cellOf(record, ends, index), row);
      row += 1;
    });
  };
  return {
    rows,
    columns,
    has: (column) => columns.includes(column),
    text(column) {
      const known = texts.get(column);
      if (known !== undefined) return known;
      const cells: string[] = [];
      each(column, (cell, row) => (cells[row] = cell));
      texts.set(column, cells);
      return cells;
    },
    numbers(column) {
      const known = numbers.get(column);
      if (known !== undefined) return known;
      const values = new Float64Array(rows);
      each(column, (cell, row) => {
        values[row] = cell === '' ? Number.NaN : Number(cell);
        if (cell !== '' && !Number.isFinite(values[row])) {
          throw new InputError({ file, path: column, message: `row ${row + 1}: expected a number, got "${cell}"` });
        }
      });
      numbers.set(column, values);
      return values;
    },
  };
}

/** Calls back for each record, the names of the columns first, with the places behind its cells. Both are written over afterwards. */
function scan(file: string, take: (record: Buffer, ends: readonly number[]) => void): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw new InputError({ file, message: `cannot be read: ${(error as NodeJS.ErrnoException).code}` });
  }
  try {
    let rest: Buffer = Buffer.alloc(0);
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const ends: number[] = [];
    for (let read = -1; read !== 0; ) {
      read = readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
      // The last record may have no end of line.
      const last = read === 0 && rest.length > 0 ? Buffer.from('\n') : chunk.subarray(0, read);
      const bytes = Buffer.concat([rest, last]);
      let from = 0;
      let quoted = false;
      ends.length = 0;
      for (let at = 0; at < bytes.length; at += 1) {
        const byte = bytes[at];
        if (byte === QUOTE) quoted = !quoted;
        else if (quoted || (byte !== COMMA && byte !== NEWLINE)) continue;
        else {
          ends.push(at - from);
          if (byte === COMMA) continue;
          take(bytes.subarray(from, at), ends);
          from = at + 1;
          ends.length = 0;
        }
      }
      rest = Buffer.from(bytes.subarray(from));
    }
    if (rest.length > 0) throw new InputError({ file, message: 'is not CSV: a quote is not closed' });
  } finally {
    closeSync(descriptor);
  }
}

/** A string of its own, that keeps nothing of the record. */
function cellOf(record: Buffer, ends: readonly number[], index: number): string {
  const from = index === 0 ? 0 : ends[index - 1] + 1;
  const to = ends[index];
  if (record[from] !== QUOTE) return record.toString('utf8', from, to);
  return record.toString('utf8', from + 1, to - 1).replaceAll('""', '"');
}
