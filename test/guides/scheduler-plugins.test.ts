// docs/guides/score-plugin.md and docs/guides/filter-plugin.md, followed to the letter.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Finished, wavetank } from '../support/command.ts';
import { type Guide, readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-scheduler-plugin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(path: string): Guide {
  const guide = readGuide(path);
  writeFiles(guide, folder);
  return guide;
}

/** The guide's commands in their order. */
async function follow({ commands }: Guide): Promise<Finished[]> {
  const all: Finished[] = [];
  for (const command of commands) {
    const [program, ...args] = words(command);
    expect(program).toBe('wavetank');
    const finished = await wavetank(args, folder);
    expect(finished.stderr, command).toBe('');
    expect(finished.status, command).toBe(0);
    all.push(finished);
  }
  return all;
}

/** Pods by the pool of their node. */
function pools(job: string): Record<string, number> {
  const [header, ...rows] = readFileSync(join(folder, job, 'pods.csv'), 'utf8')
    .trim()
    .split('\n');
  const column = header.split(',').indexOf('node');
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const pool = row.split(',')[column].replace(/-\d+$/, '');
    counts[pool] = (counts[pool] ?? 0) + 1;
  }
  return counts;
}

describe('a score plugin in ten minutes', () => {
  const guide = start('docs/guides/score-plugin.md');

  it('fills the cheap nodes first', async () => {
    const [, plain, list, , priced] = await follow(guide);
    expect(pools('plain/prices/seed-1')).toEqual({ spot: 6, fixed: 6 });
    expect(plain.stdout).not.toContain('NodePrice');
    expect(list.stdout).toMatch(/NodePrice {2}Prefers cheap nodes/);
    expect(list.stdout).toMatch(/label +text +optional +a label with the price/);
    expect(pools('priced/prices/seed-1')).toEqual({ spot: 12 });
    // 0.2 is the dearest; 100 − ⌊100 · 0.05 / 0.2⌋ = 75.
    expect(priced.stdout).toContain('0.05 → 75');
    expect(priced.stdout).toContain('0.2 → 0');
    // The label says that fixed nodes cost 1 and the others nothing.
    expect(pools('labelled/prices/seed-1')).toEqual({ spot: 12 });
  });

  it('says what goes wrong', async () => {
    const [, shown, promised] =
      /^\$ wavetank (.*)\n(.*)$/m.exec(readFileSync('docs/guides/score-plugin.md', 'utf8')) ?? [];
    const { status, stderr } = await wavetank(words(shown), folder);
    expect(status).toBe(2);
    const escaped = promised.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    expect(stderr).toMatch(new RegExp(`^${escaped.replaceAll('…', String.raw`\w+`)}\n$`));
  });
});

describe('a filter with state', () => {
  const guide = start('docs/guides/filter-plugin.md');

  it('hands out licences and takes them back', async () => {
    const [, explained] = await follow(guide);
    expect(explained.stdout).toContain('0/2 nodes are available: 2 node(s) had no licence left.');
    expect(explained.stdout).toContain('Licences');
    // One of the night shift went without ever having had a licence.
    expect(pools('results/solver/seed-1')).toEqual({ big: 5, '': 1 });
  });
});
