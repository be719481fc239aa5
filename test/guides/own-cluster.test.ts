// docs/guides/own-cluster.md: its commands run on a dump.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { dump } from '../support/dump.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-own-cluster-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/own-cluster.md');
writeFiles(guide, folder);
writeFileSync(
  join(folder, 'dump.json'),
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items: dump() }, undefined, 4),
);

it.each(guide.commands.filter((command) => !command.startsWith('#')))('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stdout, stderr } = await wavetank(args, folder);
  if (command.includes('--scaled-out')) {
    // One pod of this dump asks for a node that is not there.
    expect([status, stdout]).toEqual([1, expect.stringContaining('none will do')]);
    return;
  }
  expect([status, ['import', 'calibrate'].includes(args[0]) ? '' : stderr]).toEqual([0, '']);
});
