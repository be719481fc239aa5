// Rows of the catalogue as CSV text.
import { stringify } from 'csv-stringify/sync';
import { assert } from '../lib/assert.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { Column } from '../metrics/tables/column.ts';
import type { Row, TableName } from '../metrics/catalogue.ts';
import { nineDecimals, sixDecimals } from './decimals.ts';

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
  const writer = new LineWriter(file, columns);
  let all = '';
  for (const row of rows) all += writer.line(row);
  return all;
}

/** Writes one row after the other. */
class LineWriter {
  readonly #file: string;
  readonly #names: readonly string[];
  readonly #columns: readonly Column[];
  /** What was written last in each column: it is often the same again. */
  readonly #values: unknown[];
  readonly #texts: string[];

  constructor(file: string, columns: Columns) {
    this.#file = file;
    this.#names = Object.keys(columns);
    this.#columns = Object.values(columns);
    this.#values = this.#names.map(() => NOTHING);
    this.#texts = this.#names.map(() => '');
  }

  line(row: Readonly<Record<string, unknown>>): string {
    let line = this.#text(0, row);
    for (let index = 1; index < this.#names.length; index += 1) line += `,${this.#text(index, row)}`;
    return `${line}\n`;
  }

  #text(index: number, row: Readonly<Record<string, unknown>>): string {
    const name = this.#names[index];
    const value = row[name];
    if (value !== this.#values[index]) {
      this.#texts[index] = cell(this.#file, name, this.#columns[index], value);
      this.#values[index] = value;
    }
    return this.#texts[index];
  }
}

/** No value of a row. */
const NOTHING = Symbol('nothing');

function cell(file: string, name: string, column: Column, value: unknown): string {
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
    return String(value);
  }
  return column.unit === 'seconds' ? sixDecimals(value) : nineDecimals(value);
}

/** What the library made of texts: those of events are few. */
const quotedTexts = new Map<string, string>();
const MOST_QUOTED = 1000;

function quoted(value: string): string {
  let text = quotedTexts.get(value);
  if (text === undefined) {
    const options = { escape_formulas: true, quoted_match: /[\r\n]/, record_delimiter: '\n', eof: false } as const;
    text = stringify([[value]], options);
    if (quotedTexts.size === MOST_QUOTED) quotedTexts.clear();
    quotedTexts.set(value, text);
  }
  return text;
}
