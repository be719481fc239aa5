// docs/guides/connections.md: its scenario holds as it stands, and fails where the guide says so.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const guide = readGuide('docs/guides/connections.md');
const folder = mkdtempSync(join(tmpdir(), 'wavetank-connections-guide-'));
writeFiles(guide, folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has a scenario that holds, and loses requests where its server is the first to close', async () => {
  const [, holds, loses] = guide.commands.map((command) => words(command).slice(1));
  const run = async (args: readonly string[]) => await wavetank([...args, '--check', '--no-report'], folder);
  const { status, stderr } = await run(holds);
  expect([status, stderr]).toEqual([0, '']);
  const { status: lost, stdout } = await run(loses);
  expect([lost, stdout]).toEqual([1, expect.stringMatching(/^FAILED {2}requests\.failed == 0/m)]);
});

it('names the variants of its bench', () => {
  const text = readFileSync('docs/guides/connections.md', 'utf8');
  const [, bench] = readFileSync('scenarios/grpc-skew.yaml', 'utf8').split('\n  bench:\n');
  const variants = [...bench.matchAll(/^ {4}- \{? ?name: ([\w-]+)/gm)];
  expect(variants.length).toBe(6);
  for (const [, name] of variants) if (name !== 'as-built') expect(text).toContain(`| \`${name}\` |`);
});
