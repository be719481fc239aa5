// `--best` from the command line: which cell is left, on the screen, in best.csv and on the page, and an exit code where it cannot be told.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-best-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const scenario = scenarioOf(`  duration: 20s
  interval: 5s
  preset: ideal
  behaviors: [{ image: a, requests: { service: { exponential: { mean: 20ms } } } }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 20/s } }, start: 10s }]
`);
writeFileSync(join(root, 'web.yaml'), scenario + deployment('web', { image: 'a' }) + service('web'));

const MEAN = 'spec.behaviors[0].requests.service.exponential.mean';
const sweep = (values: string, ...more: string[]) =>
  wavetank(['sweep', 'web.yaml', '--vary', `${MEAN}=${values}`, '--threads', '0', ...more], root);
const rowsOf = (out: string) =>
  parse<Record<string, string>>(readFileSync(join(root, out, 'test/best.csv'), 'utf8'), { columns: true });

it('finds the fastest of three, and shows it', async () => {
  const { status, stdout } = await sweep(
    '40ms,10ms,20ms',
    '--best',
    'requests.mean ± 5%',
    '--seeds',
    '6',
    '--out',
    'found',
  );
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^Best: {4}10ms, requests\.mean /m)]);
  const rows = rowsOf('found');
  expect(rows.map((row) => [row['cell'], row['in_contention'], row['best']])).toEqual([
    ['40ms', 'no', 'no'],
    ['10ms', 'yes', 'yes'],
    ['20ms', 'no', 'no'],
  ]);
  // A percentage is one of the first cell's mean in the first round: about 5 % of 40 ms.
  expect(Math.abs(Number(rows[0]['indifference']) - 0.002)).toBeLessThan(0.0004);
  const page = readFileSync(join(root, 'found/test/report.html'), 'utf8');
  expect(page).toContain('<h2>Best: 10ms</h2>');
  expect(page).toMatch(/with probability 95 % none of the other 2 is better by [\d.]+ ?ms or more/);
  expect(page).toContain('<td class="muted">screened out</td>');
  // Six seeds are enough for an interval of the median, and not of the others.
  expect(page).toContain('Quantiles over seeds');
  const quantiles = parse<Record<string, string>>(readFileSync(join(root, 'found/test/quantiles.csv'), 'utf8'), {
    columns: true,
  });
  const of = (share: string) =>
    quantiles.find(
      (row) => row['cell'] === '10ms' && row['figure'] === 'requests.mean' && row['quantile_ratio'] === share,
    );
  expect([of('0.5')?.['seeds'], of('0.1')?.['value_low'], of('0.9')?.['value_high']]).toEqual(['6', '', '']);
  expect(Number(of('0.5')?.['value_low'])).toBeLessThanOrEqual(Number(of('0.5')?.['value']));
  expect(Number(of('0.5')?.['value_high'])).toBeGreaterThanOrEqual(Number(of('0.5')?.['value']));
});

it('says so with its exit code where there are too few seeds to tell', async () => {
  const words = ['--best', 'requests.mean +- 1us', '--seeds', '3', '--max-seeds', '3', '--out', 'open'];
  const { status, stdout } = await sweep('20ms,22ms', ...words);
  expect([status, stdout]).toEqual([1, expect.stringContaining('Best:    not decided with 3 seeds: 20ms; 22ms')]);
  expect(rowsOf('open').map((row) => [row['indifference'], row['in_contention']])).toEqual([
    ['0.000001', 'yes'],
    ['0.000001', 'yes'],
  ]);
  const page = readFileSync(join(root, 'open/test/report.html'), 'utf8');
  expect(page).toContain('2 of 2 are still in contention');
});
