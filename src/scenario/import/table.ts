// A CSV file of a trace as rows with their lines, and its cells as numbers; whatever is wrong is reported with file and line.
import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import type { SourceText } from '../scenario.ts';

export interface TraceRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface TraceTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly TraceRow[];
}

/** Throws an InputError for what is no CSV, has no rows, or lacks one of the columns. */
export function readTable({ file, text }: SourceText, needed: readonly string[]): TraceTable {
  let parsed: { readonly info: { readonly lines: number }; readonly record: string[] }[];
  try {
    // The types of csv-parse do not know what `info` changes.
    parsed = parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      comment: '#',
      comment_no_infix: true,
      info: true,
    }) as unknown as typeof parsed;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? { line: error.lines } : {};
    throw new InputError({ file, ...line, message: `not valid CSV: ${error.message}` });
  }
  const [header, ...body] = parsed;
  if (header === undefined) throw new InputError({ file, message: 'is empty, expected a CSV file with a header' });
  const columns = header.record;
  const missing = needed.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    const hint = didYouMean(missing[0], columns);
    throw new InputError({
      file,
      line: 1,
      message: `has no column "${missing[0]}"${hint}, expected ${needed.join(', ')} and got ${columns.join(', ')}`,
    });
  }
  if (body.length === 0) throw new InputError({ file, message: 'has a header and no rows' });
  const rows = body.map(({ info, record }) => ({
    line: info.lines,
    cells: Object.fromEntries(columns.map((column, index) => [column, record[index] ?? ''])),
  }));
  return { file, columns, rows };
}

/** A whole number from `least` to `most`. Throws an InputError at the row's line. */
export function wholeCell(
  { file }: TraceTable,
  { line, cells }: TraceRow,
  column: string,
  least = 0,
  most = 1e12,
): number {
  const text = cells[column] ?? '';
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const bounds = most < 1e12 ? `from ${least} to ${most}` : `of at least ${least}`;
  throw new InputError({
    file,
    line,
    path: column,
    message: `expected a whole number ${bounds}, got ${JSON.stringify(text)}`,
  });
}
