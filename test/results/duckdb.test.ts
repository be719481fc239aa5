// DuckDB opens every CSV file as it is: all rows, numbers as numbers, nothing to configure.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DuckDBConnection } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Column } from '../../src/metrics/tables/column.ts';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { compareColumns, jobColumns } from '../../src/metrics/tables/comparisons.ts';
import { wavetank } from '../support/command.ts';

/** Undefined where its binding for this platform is not installed. */
async function connect(): Promise<DuckDBConnection | undefined> {
  try {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return await instance.connect();
  } catch {
    return undefined;
  }
}

const connection = await connect();
if (connection === undefined) process.stdout.write('not run: DuckDB opens every CSV (its binding is not installed)\n');

const scenario = fileURLToPath(new URL('../sweep/small.yaml', import.meta.url));
const determinism = fileURLToPath(new URL('../determinism/tank.yaml', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'wavetank-duckdb-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const columnsOf = (file: string): Readonly<Record<string, Column>> => {
  if (file === 'compare.csv') return compareColumns;
  if (file === 'jobs.csv') return { ...catalogue.summary.columns, ...jobColumns };
  return Object.values(catalogue).find((table) => table.file === file)?.columns ?? {};
};

describe.skipIf(connection === undefined)('DuckDB', () => {
  beforeAll(async () => {
    await wavetank(['run', determinism, '--seed', '7', '--no-report', '--out', 'one'], root);
    await wavetank(['sweep', scenario, '--no-report', '--out', 'many'], root);
    await wavetank(['compare', 'many/small:balancer=Random', 'many/small:balancer=PowerOfTwo', '--out', 'both'], root);
  }, 120_000);

  async function rows(sql: string): Promise<Record<string, unknown>[]> {
    const reader = await connection?.runAndReadAll(sql);
    return reader?.getRowObjects() ?? [];
  }

  const files = () => {
    const all = readdirSync(root, { recursive: true }).map(String).filter((name) => name.endsWith('.csv'));
    return all.filter((name) => !name.startsWith('many/small/cell-')).map((name) => join(root, name));
  };

  it('opens every file with all its rows and the types of its columns', async () => {
    const names = new Set(files().map((file) => basename(file)));
    const expected = [...Object.values(catalogue).map(({ file }) => file), 'jobs.csv', 'compare.csv'];
    expect([...names].toSorted()).toEqual(expected.toSorted());
    for (const file of files()) {
      const records = parse<Record<string, string>>(readFileSync(file), { columns: true });
      expect(records.length, file).toBeGreaterThan(0);
      const [{ count }] = await rows(`select count(*)::int as count from '${file}'`);
      expect(count, file).toBe(records.length);
      const described = await rows(`describe select * from '${file}'`);
      expect(described.map((column) => column['column_name'])).toEqual(Object.keys(records[0]));
      for (const { column_name: name, column_type: type } of described) {
        const column = columnsOf(basename(file))[String(name)];
        const empty = records.every((record) => record[String(name)] === '');
        if (column === undefined || column.type === 'text' || empty) continue;
        expect(['BIGINT', 'DOUBLE'], `${file}: ${String(name)}`).toContain(type);
      }
    }
  });

  it('answers a question about a sweep', async () => {
    const answer = await rows(
      `select "spec.network.balancer" as balancer, avg(request_duration_seconds_p99) as p99
       from '${join(root, 'many/small/jobs.csv')}' where outcome = 'ok' group by all order by p99`,
    );
    expect(answer.map(({ balancer }) => balancer)).toEqual(
      expect.arrayContaining(['PowerOfTwo', 'Random', 'RoundRobin']),
    );
    expect(answer.at(-1)?.['balancer']).toBe('Random');
  });
});
