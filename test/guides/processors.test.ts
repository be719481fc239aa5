// docs/guides/processors.md: its scenario runs, and its numbers are those of the program.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { weightOfMilli } from '../../src/model/cpu-cgroup.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-processors-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has a scenario that runs as it stands', async () => {
  const guide = readGuide('docs/guides/processors.md');
  writeFiles(guide, folder);
  const [, ...args] = words(guide.commands[0]);
  const { status, stderr } = await wavetank([...args, '--check', '--no-report'], folder);
  expect([status, stderr]).toEqual([0, '']);
});

it('has the weights that kubelets write', () => {
  const text = readFileSync('docs/guides/processors.md', 'utf8');
  expect(text).toContain(
    `1000m is ${weightOfMilli(1000)}, 100m is ${weightOfMilli(100)}, nothing is ${weightOfMilli(0)}`,
  );
});
