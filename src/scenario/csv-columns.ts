// Reads some columns of a CSV file by their names.
import { parse } from 'csv-parse/sync';
import { InputError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { SourceText } from './scenario.ts';

export interface CsvRow {
  readonly line: number;
  /** In the order of the names. */
  readonly cells: readonly string[];
}

/** At least one row. Throws an InputError. */
export function readColumns({ file, text }: SourceText, names: readonly string[]): CsvRow[] {
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    rows = parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: false,
      info: true,
    }) as unknown as typeof rows;
  } catch (error) {
    throw new InputError({ file, message: `not valid CSV: ${error instanceof Error ? error.message : String(error)}` });
  }
  const header = rows.at(0)?.record ?? [];
  const indices = names.map((name) => {
    const index = header.indexOf(name);
    if (index !== -1) return index;
    const message = `has no column "${name}", expected one of ${header.join(', ')}${didYouMean(name, header)}`;
    throw new InputError({ file, message });
  });
  if (rows.length < 2) throw new InputError({ file, message: 'has no rows' });
  return rows.slice(1).map(({ record, info }) => ({ line: info.lines, cells: indices.map((index) => record[index]) }));
}

/** A number of 0 or more, else an InputError with the line. */
export function numberOf(cell: string, line: number, file: string): number {
  const value = Number(cell);
  if (cell !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InputError({ file, line, message: `expected a number of 0 or more, got ${JSON.stringify(cell)}` });
}
