// A CSV file of a trace as rows with their lines, one after the other in bounded memory, and its cells as numbers; whatever is wrong is reported with file and line.
import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import type { ImportSources, SourceLine } from './importer.ts';

export interface TraceRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

interface TableHead {
  readonly file: string;
  readonly columns: readonly string[];
}

/** A table of which a row at a time is in memory. */
export interface RowByRow extends TableHead {
  /** To be gone through once. Throws an InputError for what is no CSV, and where there are none. */
  readonly rows: Iterable<TraceRow>;
}

export interface TraceTable extends TableHead {
  readonly rows: readonly TraceRow[];
}

interface Parsed {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

/** Lines that are parsed at once. */
const BATCH = 512;

/** Throws an InputError for a file without a header, or one that lacks one of the columns. */
export function rowByRow(file: string, lines: ImportSources['lines'], needed: readonly string[]): RowByRow {
  const records = recordsOf(file, lines(file));
  const header = records.next();
  if (header.done === true) throw new InputError({ file, message: 'is empty, expected a CSV file with a header' });
  const columns = header.value.cells;
  const missing = needed.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    const hint = didYouMean(missing[0], columns);
    throw new InputError({
      file,
      line: 1,
      message: `has no column "${missing[0]}"${hint}, expected ${needed.join(', ')} and got ${columns.join(', ')}`,
    });
  }
  return { file, columns, rows: rowsOf(file, columns, records) };
}

/** The whole table. Throws an InputError. */
export function readTable(file: string, lines: ImportSources['lines'], needed: readonly string[]): TraceTable {
  const { columns, rows } = rowByRow(file, lines, needed);
  return { file, columns, rows: [...rows] };
}

function* rowsOf(
  file: string,
  columns: readonly string[],
  records: Iterable<{ readonly line: number; readonly cells: readonly string[] }>,
): Generator<TraceRow, void, undefined> {
  let any = false;
  for (const { line, cells } of records) {
    if (cells.length !== columns.length) {
      const message = `not valid CSV: expected ${columns.length} cells as in the header, got ${cells.length}`;
      throw new InputError({ file, line, message });
    }
    any = true;
    yield { line, cells: Object.fromEntries(columns.map((column, index) => [column, cells[index]])) };
  }
  if (!any) throw new InputError({ file, message: 'has a header and no rows' });
}

function* recordsOf(
  file: string,
  lines: Iterable<SourceLine>,
): Generator<{ readonly line: number; readonly cells: readonly string[] }, void, undefined> {
  for (const batch of batchesOf(lines)) {
    const [{ line: first }] = batch;
    for (const { info, record } of parsed(file, first, batch.map(({ text }) => text).join('\n')))
      yield { line: first + info.lines - 1, cells: record };
  }
}

/** Each ends where a record does: not within quotes. */
function* batchesOf(lines: Iterable<SourceLine>): Generator<readonly SourceLine[], void, undefined> {
  let batch: SourceLine[] = [];
  let inQuotes = false;
  for (const one of lines) {
    batch.push(one);
    for (let at = one.text.indexOf('"'); at !== -1; at = one.text.indexOf('"', at + 1)) inQuotes = !inQuotes;
    if (batch.length < BATCH || inQuotes) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function parsed(file: string, first: number, text: string): readonly Parsed[] {
  try {
    // The types of csv-parse do not know what `info` changes.
    return parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      comment: '#',
      comment_no_infix: true,
      relax_column_count: true,
      info: true,
    }) as unknown as readonly Parsed[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? { line: first + error.lines - 1 } : {};
    // Its own number counts from the first line of the batch.
    const message = error.message.replace(/ (?:at|on) line \d+/, '');
    throw new InputError({ file, ...line, message: `not valid CSV: ${message}` });
  }
}

/** A whole number from `least` to `most`. Throws an InputError at the row's line. */
export function wholeCell(
  { file }: TableHead,
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
