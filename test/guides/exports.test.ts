// docs/guides/exports.md: its commands run one after the other, and every format is in its table.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { formats } from '../../src/export/index.ts';
import { wavetank, wavetankProcess } from '../support/command.ts';
import { readGuide, words } from './guide.ts';

const page = 'docs/guides/exports.md';
const folder = mkdtempSync(join(tmpdir(), 'wavetank-exports-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has commands that run as they stand, and write what the table says', async () => {
  for (const command of readGuide(page).commands) {
    const [, ...args] = words(command);
    const { status, stdout, stderr } = await wavetank(args, folder);
    expect([status, stderr], command).toEqual([0, '']);
    if (args[0] !== 'export') continue;
    const files = [...stdout.matchAll(/^\w+ +(\S+) /gm)].map(([, file]) =>
      file.replace('results/hello/seed-1/export/', ''),
    );
    for (const file of [
      'parquet/series.parquet',
      'metrics.openmetrics',
      'run.perfetto.json',
      'tables.md',
      'tables.tex',
    ])
      expect(files).toContain(file);
  }
});

it('lists every format', () => {
  const text = readFileSync(page, 'utf8');
  for (const name of Object.keys(formats)) expect(text).toMatch(new RegExp(`^\\|.*\`${name}\``, 'm'));
});

it('the verb names every format, and says the nearest one', async () => {
  const help = wavetankProcess(['export', '--help'], folder);
  for (const name of Object.keys(formats)) expect(help.stdout).toContain(name);
  const { status, stderr } = await wavetank(['export', folder, '--format', 'parket'], folder);
  expect([status, stderr.trim()]).toEqual([
    2,
    `--format: unknown format "parket", expected one of ${Object.keys(formats).join(', ')} (did you mean "parquet"?)`,
  ]);
  const start = await wavetank(['export', folder, '--format', 'openmetrics', '--start', 'monday'], folder);
  expect([start.status, start.stderr]).toEqual([
    2,
    expect.stringContaining('--start: expected a date such as 2026-03-01'),
  ]);
});
