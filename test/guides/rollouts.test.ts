// docs/guides/rollouts.md: its scenario holds, and it names every metric and figure that an analysis may ask for.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { metricNames } from '../../src/model/analysis/promql-metrics.ts';
import { POD_FIGURES } from '../../src/model/analysis/wavetank-figures.ts';
import { REQUEST_FIGURES } from '../../src/model/request-figures.ts';
import { figures } from '../../src/world/figures/index.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-rollouts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/rollouts.md');
writeFiles(guide, folder);

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = await wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
});

it('has a strategy of at most 40 lines', () => {
  const lines = guide.files.get('careful.mjs')?.trim().split('\n') ?? [];
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.length).toBeLessThanOrEqual(40);
});

it('names every figure of revisions', () => {
  const text = readFileSync('docs/guides/rollouts.md', 'utf8');
  const parts = figures.flatMap(({ pattern }) => /^revision\.<workload>\.<revision>\.(.*)$/.exec(pattern)?.[1] ?? []);
  expect(parts).toHaveLength(12);
  for (const part of parts) expect(text).toContain(`.${part}\``);
});

it('names what an analysis may ask for', () => {
  const text = readFileSync('docs/guides/rollouts.md', 'utf8');
  for (const name of [...REQUEST_FIGURES, ...POD_FIGURES]) expect(text).toContain(`\`${name}\``);
  for (const name of metricNames()) {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    expect(text.includes(`\`${name}\``) || text.includes(`\`${base}\``)).toBe(true);
  }
});
