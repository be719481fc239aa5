// docs/guides/autoscaling.md: its bench runs, and the two autoscalers differ as it says.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { podFigureNames } from '../../src/model/settings/autoscaling.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-autoscaling-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/autoscaling.md');
writeFiles(guide, folder);

it('lets the same crowd meet two autoscalers', async () => {
  const [command = ''] = guide.commands;
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = await wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
  const sizes = ['cpu', 'requests'].map((variant) => {
    const rows = readFileSync(join(folder, `results/crowd/variant-${variant}/seed-1/autoscalers.csv`), 'utf8')
      .split('\n')
      .map((line) => line.split(','));
    const at = rows[0].indexOf('desired');
    return rows.slice(1, -1).map((row) => Number(row[at]));
  });
  const grown = sizes.map((list) => list.findIndex((size) => size >= 12));
  // Ten-second intervals: by requests it takes a minute, by CPU steps of 45 s.
  expect(grown[1]).toBeLessThanOrEqual(24);
  expect(grown[0]).toBeGreaterThan(grown[1] + 3);
});

it('names the figures that there are', () => {
  const text = readFileSync('docs/guides/autoscaling.md', 'utf8');
  for (const name of podFigureNames) expect(text).toContain(`\`${name}\``);
});
