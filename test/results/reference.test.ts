// docs/reference/csv.md is what the catalogue generates, and the catalogue keeps to Prometheus' rules for names.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { compareColumns, jobColumns } from '../../src/metrics/tables/comparisons.ts';
import type { Column } from '../../src/metrics/tables/column.ts';

it('the reference of the CSV files is fresh', () => {
  const result = spawnSync(process.execPath, ['scripts/generate-csv-reference.mjs', '--check'], { encoding: 'utf8' });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
});

const tables = { ...catalogue, jobs: { columns: jobColumns }, compare: { columns: compareColumns } };

describe.each(Object.entries(tables))('%s.csv', (_, table) => {
  it.each(Object.entries(table.columns) as [string, Column][])('%s', (name, column) => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(column.help).toMatch(/\.$/);
    expect(name.includes('seconds')).toBe(column.unit === 'seconds');
    expect(/(^|_)ratio$/.test(name)).toBe(column.unit === 'ratio');
    expect(name.endsWith('_per_second')).toBe(column.unit === 'per second');
    expect(name).not.toMatch(/_ms\b|_us\b|_ns\b|_mib\b|_percent\b/);
  });
});
