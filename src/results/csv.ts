// Rows of the catalogue as CSV text.
import { stringify } from 'csv-stringify/sync';
import { assert } from '../lib/assert.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { Column, Row, TableName } from '../metrics/catalogue.ts';

/** The header line of a table. */
export function header(table: TableName): string {
  return stringify([Object.keys(catalogue[table].columns)]);
}

/**
 * Rows as lines of CSV. Text that a spreadsheet would take for a formula gets an apostrophe in front. Seconds are rounded to
 * microseconds, other numbers to nine significant digits. A number that is not finite is a bug.
 */
export function lines<T extends TableName>(table: T, rows: readonly Row<T>[]): string {
  const columns: [string, Column][] = Object.entries(catalogue[table].columns);
  const cells = rows.map((row) =>
    columns.map(([name, column]) => cell(table, name, column, (row as Readonly<Record<string, unknown>>)[name])),
  );
  return stringify(cells, { escape_formulas: true, quoted_match: /[\r\n]/ });
}

function cell(table: TableName, name: string, column: Column, value: unknown): string | number {
  if (column.type === 'text') {
    assert(typeof value === 'string', () => `${table}.csv: ${name} is ${String(value)}, not text`);
    return value;
  }
  if (value === null && column.optional) return '';
  assert(
    typeof value === 'number' && Number.isFinite(value),
    () => `${table}.csv: ${name} is ${String(value)}, not a finite number`,
  );
  if (column.type === 'integer') {
    assert(Number.isInteger(value), () => `${table}.csv: ${name} is ${value}, not a whole number`);
    return value;
  }
  return column.unit === 'seconds' ? Math.round(value * 1e6) / 1e6 : Number(value.toPrecision(9));
}
