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

it.each(guide.commands)('%s', (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
});

it('names every policy', () => {
  const named = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(named).toEqual(policies.members.map(({ name }) => name));
});
