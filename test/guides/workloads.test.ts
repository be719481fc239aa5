// docs/guides/workloads.md: its scenario holds, its commands run, and the words that it uses are those of scenarios.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-workloads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/workloads.md');
writeFiles(guide, folder);
const text = readFileSync('docs/guides/workloads.md', 'utf8');
const reference = readFileSync('docs/reference/scenario.md', 'utf8');

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = await wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
});

it('names actions and options that there are', () => {
  const table = text.slice(text.indexOf('| action |'), text.indexOf('What kubectl or'));
  const names = [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(20);
  const known = new Set(
    [...reference.matchAll(/^\| `timeline\[\]\.([\w.]+)/gm)].flatMap(([, path]) => path.split('.')),
  );
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});
