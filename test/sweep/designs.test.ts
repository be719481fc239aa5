// Designed experiments from the command line, on figures that are known: pods that are ready are a sum of two axes, and not of the third.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonOf, wavetank } from '../support/command.ts';
import { deployment, scenarioOf } from '../support/manifests.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-designs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

writeFileSync(
  join(root, 'sum.yaml'),
  scenarioOf(`  duration: 20s
  interval: 10s
  preset: ideal
  sweep:
    Deployment/a:/spec/replicas: [1, 2, 3, 4]
    Deployment/b:/spec/replicas: [1, 3, 5, 7]
    Deployment/b:/spec/revisionHistoryLimit: [1, 2]
`) +
    deployment('a', { cpu: '10m' }) +
    deployment('b', { cpu: '10m' }),
);

type Rows = readonly Readonly<Record<string, string>>[];
const rowsOf = (file: string): Rows =>
  parse<Record<string, string>>(readFileSync(join(root, file), 'utf8'), { columns: true });

describe('sensitivity', () => {
  it('by Morris: the range of each axis, without spread', async () => {
    const args = [
      'sensitivity',
      'sum.yaml',
      '--of',
      'pods.ready',
      '--samples',
      '4',
      '--json',
      '--threads',
      '0',
      '--out',
      'morris',
    ];
    const { jobs } = jsonOf(await wavetank(args, root)) as { jobs: unknown[] };
    // Four ways of four points; points that are the same are run once.
    expect(jobs.length).toBeLessThanOrEqual(16);
    const rows = rowsOf('morris/test/sensitivity/sensitivity.csv');
    expect(rows.map((row) => [row['axis'], row['effect'], row['effect_absolute'], row['effect_deviation']])).toEqual([
      ['a.replicas', '3', '3', '0'],
      ['b.replicas', '6', '6', '0'],
      ['b.revisionHistoryLimit', '0', '0', '0'],
    ]);
    const page = readFileSync(join(root, 'morris/test/sensitivity/report.html'), 'utf8');
    expect(page).toContain('Sensitivity: ');
    expect(existsSync(join(root, 'morris/test/sensitivity/charts/pods-ready.png'))).toBe(true);
  });

  it('by Sobol: shares of the variance, 1 to 4', async () => {
    const args = [
      'sensitivity',
      'sum.yaml',
      '--of',
      'pods.ready',
      '--method',
      'sobol',
      '--samples',
      '200',
      '--no-report',
    ];
    const { stdout } = await wavetank([...args, '--threads', '0', '--out', 'sobol'], root);
    expect(stdout).toContain('b.replicas');
    const rows = rowsOf('sobol/test/sensitivity/sensitivity.csv');
    // Variances of four even values: 15/12 and, twice as far apart, four times as much. Nothing acts together.
    for (const [at, share] of [0.2, 0.8, 0].entries()) {
      expect(Math.abs(Number(rows[at]['first_order_ratio']) - share)).toBeLessThan(0.1);
      expect(Math.abs(Number(rows[at]['total_ratio']) - share)).toBeLessThan(0.1);
      expect(Number(rows[at]['total_low_ratio'])).toBeLessThanOrEqual(Number(rows[at]['total_ratio']));
    }
  });

  it.each([
    [['sensitivity', 'sum.yaml'], '--of: name a figure'],
    [['sensitivity', 'sum.yaml', '--of', 'pods.redy'], 'did you mean "pods.ready"?'],
    [
      ['sensitivity', 'sum.yaml', '--of', 'pods.ready', '--samples', '1'],
      '--samples: expected a whole number of at least 2',
    ],
    [['sweep', 'sum.yaml', '--design', 'half'], '--design: expected full, two-level'],
    [['sweep', 'sum.yaml', '--design', 'fraction:16'], '3 axes have no design of 16 cells, but of 4, 8'],
  ])('%j is refused', async (words, message) => {
    const { status, stderr } = await wavetank([...words, '--no-report', '--out', 'refused'], root);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('sweep --design', () => {
  it('two-level runs the corners, and says what each axis does', async () => {
    const args = ['sweep', 'sum.yaml', '--design', 'two-level', '--until', 'pods.ready +- 1', '--seeds', '2'];
    const { status, stdout } = await wavetank([...args, '--threads', '0', '--out', 'corners'], root);
    expect(status).toBe(0);
    expect(stdout).toContain('effects.csv');
    const rows = rowsOf('corners/test/effects.csv');
    expect(rows.map((row) => [row['effect_of'], row['effect'], row['aliases']])).toEqual([
      ['a.replicas', '3', ''],
      ['b.replicas', '6', ''],
      ['b.revisionHistoryLimit', '0', ''],
      ['a.replicas × b.replicas', '0', ''],
      ['a.replicas × b.revisionHistoryLimit', '0', ''],
      ['b.replicas × b.revisionHistoryLimit', '0', ''],
    ]);
    expect(rowsOf('corners/test/jobs.csv')).toHaveLength(16);
  });

  it('latin runs so many cells, each value as often as the others', async () => {
    const args = [
      'sweep',
      'sum.yaml',
      '--design',
      'latin:8',
      '--seeds',
      '1',
      '--no-report',
      '--threads',
      '0',
      '--out',
      'latin',
    ];
    expect((await wavetank(args, root)).status).toBe(0);
    const rows = rowsOf('latin/test/jobs.csv');
    const counts = new Map<string, number>();
    for (const row of rows)
      counts.set(row['Deployment/a:/spec/replicas'], (counts.get(row['Deployment/a:/spec/replicas']) ?? 0) + 1);
    expect(rows.length).toBeGreaterThan(6);
    expect([...counts.keys()].sort()).toEqual(['1', '2', '3', '4']);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(2);
  });
});
