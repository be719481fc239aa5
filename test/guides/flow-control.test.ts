// docs/guides/flow-control.md: its commands run, and its tables are complete.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { flowControls } from '../../src/model/settings/control-plane.ts';
import { figures } from '../../src/world/figures/index.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-flow-control-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/flow-control.md');
writeFiles(guide, folder);
const text = readFileSync('docs/guides/flow-control.md', 'utf8');

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = await wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
});

it('names every way of flow control and every figure of levels and clients', () => {
  const named = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  const api = figures.flatMap(({ pattern }) => (/^api\.(level|client)\./.test(pattern) ? [pattern] : []));
  expect(api.length).toBeGreaterThan(8);
  expect(named).toEqual([...flowControls, ...api]);
});
