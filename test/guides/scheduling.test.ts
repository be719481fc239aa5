// docs/guides/scheduling.md: its commands run, and come to what it says.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-scheduling-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/scheduling.md');
writeFiles(guide, folder);

/** What each command prints, by its verb. */
const SAYS: Readonly<Record<string, RegExp>> = {
  explain: /didn't match pod anti-affinity rules/,
  // Each node has a pod with 1.5 of its 4 CPUs, and some are reserved for the system.
  capacity: /^8 more pods[^]*Insufficient cpu/,
  bench: /TightestFit[^]*WorstFit/,
};

it.each(guide.commands)('%s', async (command) => {
  const [, ...args] = words(command);
  const { status, stdout, stderr } = await wavetank(args, folder);
  expect([status, stderr, stdout]).toEqual([0, '', expect.stringMatching(SAYS[args[0]])]);
});
