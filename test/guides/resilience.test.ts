// docs/guides/resilience.md: its commands run, and its table has every policy.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { policies } from '../../src/traffic/policies/index.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-resilience-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/resilience.md');
writeFiles(guide, folder);
const text = readFileSync('docs/guides/resilience.md', 'utf8');

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stdout, stderr } = await wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
  if (args.includes('metastable')) expect(stdout).toContain('32 of 32 expectations hold');
});

it('names every policy', () => {
  const named = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(named).toEqual(policies.members.map(({ name }) => name));
});
