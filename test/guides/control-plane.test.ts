// docs/guides/control-plane.md: its command runs, its pieces are read, and its table of figures is complete.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { jobOf } from '../support/world-rig.ts';
import { leaderFigures } from '../../src/world/figures/leaders.ts';
import { readGuide, words } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-control-plane-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/control-plane.md');
const text = readFileSync('docs/guides/control-plane.md', 'utf8');

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = await wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
});

it.each([...text.matchAll(/```yaml\n([^`]*)```/g)].map(([, piece]) => piece))('reads\n%s', (piece) => {
  const lines = piece.split('\n').map((line) => `  ${line}`);
  const spec = `  duration: 10m\n${lines.join('\n')}`;
  expect(jobOf(`apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: g }\nspec:\n${spec}\n`).id).toBeDefined();
});

it('names every figure of leaders', () => {
  const named = [...text.matchAll(/`((?:scheduler|controllers)\.[\w.]+)`/g)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(leaderFigures.map(({ pattern }) => pattern).toSorted());
});
