// docs/guides/experiments.md: its commands run, and come to what it says.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, it } from 'vitest';
import { join } from 'node:path';
import { wavetank } from '../support/command.ts';
import { readGuide, words } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-experiments-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { commands } = readGuide('docs/guides/experiments.md');

/** What each command prints, by its verb and option. */
const SAYS: Readonly<Record<string, RegExp>> = {
  '--until': /ok +requests\.mean ± 5%/,
  '--best': /Best: +6, 2, 20, Random, 2s, requests\.mean .*: with probability 95 %/,
  sensitivity: /requests\.p99\naxis +µ\*/,
  '--design': /effects\.csv; an axis cannot be told apart from two others that act together/,
  optimize:
    /Cheapest that keeps both expectations: shop\.replicas=[34] .*All 5 fresh seeds hold too: at least 54 % of runs do/s,
};

it.each(commands)('%s', async (command) => {
  const [, ...args] = words(command);
  const said = Object.entries(SAYS).find(([word]) => args.includes(word));
  const { status, stdout, stderr } = await wavetank(
    [...args, '--no-report', '--threads', '0', '--out', 'guide'],
    folder,
  );
  expect([stderr, stdout]).toEqual([expect.not.stringContaining('rror'), expect.stringMatching(said?.[1] ?? /$^/)]);
  // Not all corners of a design keep the expectations.
  expect(status).toBe(args.includes('--design') ? 1 : 0);
});
