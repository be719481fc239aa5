// Rows of the catalogue as CSV text.
import { stringify } from 'csv-stringify/sync';
import { assert } from '../lib/assert.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { Column, Row, TableName } from '../metrics/catalogue.ts';

export type Columns = Readonly<Record<string, Column>>;

/** The header line of a table. */
export function header(table: TableName): string {
  return headerOf(catalogue[table].columns);
}

/** The header line of columns that are not in the catalogue. */
export function headerOf(columns: Columns): string {
  return stringify([Object.keys(columns)]);
}

/** Text that neither CSV nor a spreadsheet can misread; the rest goes through the library, which is ten times slower. */
const PLAIN = /^(?:[A-Za-z0-9][^",\r\n]*)?$/;

/**
 * Rows as lines of CSV. Text that a spreadsheet would take for a formula gets an apostrophe in front. Seconds are rounded to
 * microseconds, other numbers to nine decimals. A number that is not finite is a bug.
 */
export function lines<T extends TableName>(table: T, rows: readonly Row<T>[]): string {
  return linesOf(catalogue[table].file, catalogue[table].columns, rows);
}

/** Like `lines`, of columns that are not in the catalogue; `file` is for messages. */
export function linesOf(file: string, columns: Columns, rows: readonly Readonly<Record<string, unknown>>[]): string {
  const named = Object.entries(columns);
  let all = '';
  for (const row of rows) {
    let line = '';
    for (const [name, column] of named) line += `,${cell(file, name, column, row[name])}`;
    all += `${line.slice(1)}\n`;
  }
  return all;
}

function cell(file: string, name: string, column: Column, value: unknown): string | number {
  if (column.type === 'text') {
    assert(typeof value === 'string', () => `${file}: ${name} is ${String(value)}, not text`);
    return PLAIN.test(value) ? value : quoted(value);
  }
  if (value === null && column.optional) return '';
  assert(
    typeof value === 'number' && Number.isFinite(value),
    () => `${file}: ${name} is ${String(value)}, not a finite number`,
  );
  if (column.type === 'integer') {
    assert(Number.isInteger(value), () => `${file}: ${name} is ${value}, not a whole number`);
    return value;
  }
  const scale = column.unit === 'seconds' ? 1e6 : 1e9;
  return Math.round(value * scale) / scale;
}

function quoted(value: string): string {
  return stringify([[value]], { escape_formulas: true, quoted_match: /[\r\n]/, record_delimiter: '\n', eof: false });
}
