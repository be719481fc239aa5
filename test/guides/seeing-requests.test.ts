// docs/guides/seeing-requests.md: its commands run and its expectations hold, and it names every phase.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { phaseNames } from '../../src/world/traced/phase-columns.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-seeing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/seeing-requests.md');
writeFiles(guide, folder);

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = await wavetank([...args, '--no-report'], folder);
  expect([status, stderr]).toEqual([0, '']);
});

it('keeps as many requests as it says', () => {
  const read = (file: string): { resourceSpans: { scopeSpans: { spans: { parentSpanId?: string }[] }[] }[] } =>
    JSON.parse(readFileSync(join(folder, 'results', file), 'utf8'));
  const roots = (file: string) =>
    read(file)
      .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      .filter(({ parentSpanId }) => parentSpanId === undefined).length;
  expect(roots('where-time-goes/seed-1/traces.otlp.json')).toBe(20);
  // The slowest of 18 intervals of ten seconds may be among those that are spread.
  expect(roots('seen/seed-1/traces.otlp.json')).toBeGreaterThan(20);
});

it('names the phases that there are', () => {
  const text = readFileSync('docs/guides/seeing-requests.md', 'utf8');
  for (const name of phaseNames) expect(text).toContain(`| \`${name}\` |`);
});
