// docs/guides/chaos.md: its words are those of the program, and its strike can be typed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { objectiveFigures } from '../../src/world/figures/objectives.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-chaos-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = readFileSync('docs/guides/chaos.md', 'utf8');

it('names every figure of objectives', () => {
  for (const { pattern } of objectiveFigures) expect(text).toContain(`\`${pattern}\``);
});

it('has a strike that runs as it stands', async () => {
  const command = readGuide('docs/guides/chaos.md').commands.find((one) => one.startsWith('wavetank run')) ?? '';
  const [, ...args] = words(command);
  const { status, stdout, stderr } = await wavetank([...args, '--json', '--no-report'], folder);
  expect([status, stderr]).toEqual([0, '']);
  const { figures } = JSON.parse(stdout) as { figures: { requests_lost: number } };
  expect(figures.requests_lost).toBeGreaterThan(1000);
});

it('has targets and moments that are taken', async () => {
  const chaos = [
    'chaos',
    'chaos-matrix',
    '--targets',
    'zone/a',
    '--moments',
    '2m',
    '--for',
    '10s',
    '--no-report',
    '--json',
  ];
  // Three of the scenario's expectations are about other cells: nothing is struck there.
  const { status, stderr } = await wavetank(chaos, folder);
  expect([status, stderr]).toEqual([0, '']);
});
