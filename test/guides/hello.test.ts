// docs/guides/hello.md: its commands run in their order, and come to what it says.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-hello-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/hello.md');
writeFiles(guide, folder);

/** Exit code and standard output of each command, in the order of the guide. */
const SAYS: readonly (readonly [status: number, output: RegExp])[] = [
  [0, /hello/],
  [1, /requests\.error_ratio during 5m\.\.10m < 0\.001/],
  [0, /NodeNotReady[^]*TaintManagerEviction/],
  [0, /ok +requests\.error_ratio during 5m\.\.10m < 0\.001/],
  [0, /3 jobs/],
];

it.each(guide.commands.map((command, at) => [command, at] as const))('%s', async (command, at) => {
  const [, ...args] = words(command);
  const quick = args[0] === 'run' ? ['--no-report', '--threads', '0'] : [];
  const { status, stdout } = await wavetank([...args, ...quick], folder);
  expect([status, stdout]).toEqual([SAYS[at][0], expect.stringMatching(SAYS[at][1])]);
});

it('leaves results where it says', () => {
  expect(existsSync(join(folder, 'results/hello/seed-1/summary.csv'))).toBe(true);
});
