// docs/guides/costs.md: its scenario holds as it stands, and each other command saves what the guide says.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const guide = readGuide('docs/guides/costs.md');
const folder = mkdtempSync(join(tmpdir(), 'wavetank-costs-guide-'));
writeFiles(guide, folder);
const [, csv] = /^```csv\n([^]*?)^```$/m.exec(readFileSync('docs/guides/costs.md', 'utf8')) ?? [];
writeFileSync(join(folder, 'carbon.csv'), csv);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  [0, []],
  [1, ['egress.cost']],
  [2, ['nodes.carbon']],
  [3, ['nodes.energy', 'nodes.carbon']],
])('command %i: what fails is what was saved', async (at, failed) => {
  const [, ...args] = words(guide.commands[at]);
  const { status, stdout } = await wavetank([...args, '--check', '--no-report'], folder);
  expect([...stdout.matchAll(/^FAILED {2}(\S+)/gm)].map(([, figure]) => figure)).toEqual(failed);
  expect(status).toBe(failed.length === 0 ? 0 : 1);
});
