// Tables as a DuckDB file. Its package is an optional one: 69 MB that only this format needs.
import { rmSync } from 'node:fs';
import type * as DuckDb from '@duckdb/node-api';
import { InputError } from '../lib/errors.ts';
import { type ExportedTable, RUN } from './exported-tables.ts';

const TYPES = { text: 'VARCHAR', integer: 'BIGINT', number: 'DOUBLE' } as const;

/** Throws an InputError that says how to install it where it is not. */
async function duckDb(): Promise<typeof DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ERR_MODULE_NOT_FOUND' ? 'it is not installed' : message;
    throw new InputError(
      `--format duckdb: needs the package @duckdb/node-api (${why}): npm install @duckdb/node-api, or export parquet, which DuckDB reads`,
    );
  }
}

/** Writes all tables into a new file and returns their rows. The file is removed where something goes wrong. */
export async function writeDuckDb(tables: readonly ExportedTable[], file: string): Promise<number[]> {
  const { DuckDBInstance } = await duckDb();
  rmSync(file, { force: true });
  const instance = await DuckDBInstance.create(file, {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    const rows: number[] = [];
    for (const table of tables) {
      for (const statement of statementsOf(table)) await connection.run(statement);
      const counted = await connection.runAndReadAll(`SELECT count(*)::INTEGER AS rows FROM ${quoted(table.name)}`);
      rows.push(Number(counted.getRowObjects()[0]['rows']));
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Makes the table, fills it from its files, and says of each column what it means. */
function* statementsOf({ name, help, columns, parts }: ExportedTable): Generator<string> {
  yield `CREATE TABLE ${quoted(name)} (${columns.map((one) => `${quoted(one.name)} ${TYPES[one.type]}`).join(', ')})`;
  for (const { run, file, read } of parts) {
    const own = read().columns;
    const types = own.map((column) => {
      const known = columns.find((one) => one.name === column);
      return `${text(column)}: ${text(TYPES[known?.type ?? 'text'])}`;
    });
    const texts = own.filter((column) => columns.find((one) => one.name === column)?.type === 'text').map(quoted);
    const options = `header = true, quote = '"', escape = '"', columns = {${types.join(', ')}}${texts.length === 0 ? '' : `, force_not_null = [${texts.map((one) => text(one.slice(1, -1))).join(', ')}]`}`;
    const into = [...(run === undefined ? [] : [RUN.name]), ...own].map(quoted);
    const from = [...(run === undefined ? [] : [text(run)]), ...own.map(quoted)];
    yield `INSERT INTO ${quoted(name)} (${into.join(', ')}) SELECT ${from.join(', ')} FROM read_csv(${text(file)}, ${options})`;
  }
  yield `COMMENT ON TABLE ${quoted(name)} IS ${text(help)}`;
  for (const column of columns) {
    if (column.help !== '') yield `COMMENT ON COLUMN ${quoted(name)}.${quoted(column.name)} IS ${text(column.help)}`;
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
