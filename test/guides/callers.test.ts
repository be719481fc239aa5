// docs/guides/callers.md: its scenario runs, and what it expects holds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-callers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/callers.md');
writeFiles(guide, folder);

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = await wavetank([...args, '--check'], folder);
  expect([status, stderr]).toEqual([0, '']);
});
