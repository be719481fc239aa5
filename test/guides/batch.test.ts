// docs/guides/batch.md: its sweep holds, its commands run, and its tables are complete.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { figures } from '../../src/world/figures/index.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-batch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/batch.md');
writeFiles(guide, folder);
const text = readFileSync('docs/guides/batch.md', 'utf8');

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = await wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
});

it('names every field of a training', () => {
  const named = [...text.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names]) => names.split(', '));
  const reference = readFileSync('docs/reference/scenario.md', 'utf8');
  const fields = new Set(
    [...reference.matchAll(/`(?:spec\.)?behaviors\[\]\.training\.(\w+)/g)].map(([, name]) => name),
  );
  fields.delete('exitCode');
  expect(fields.size).toBeGreaterThan(8);
  expect(new Set(named.map((name) => name.replaceAll('`', '')))).toEqual(fields);
});

it('names every figure of trainings and queues', () => {
  const parts = figures.flatMap(({ pattern }) => /^(?:training|queue)\.<\w+>(\..*)$/.exec(pattern)?.[1] ?? []);
  expect(parts).toHaveLength(14);
  for (const part of parts) expect(text).toContain(`${part}\``);
});
