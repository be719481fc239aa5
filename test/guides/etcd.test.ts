// docs/guides/etcd.md: its pieces are read, its figures are there, and so are its scenarios.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { figures } from '../../src/world/figures/index.ts';
import { jobOf } from '../support/world-rig.ts';

const text = readFileSync('docs/guides/etcd.md', 'utf8');

it.each([...text.matchAll(/```yaml\n([^`]*)```/g)].map(([, piece]) => piece))('reads\n%s', (piece) => {
  const lines = piece.split('\n').map((line) => `  ${line}`);
  const spec = `  duration: 30m\n${lines.join('\n')}`;
  expect(jobOf(`apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: g }\nspec:\n${spec}\n`).id).toBeDefined();
});

it('names figures that there are', () => {
  const patterns = new Set(figures.map(({ pattern }) => pattern));
  const named = [...text.matchAll(/`((?:etcd|api)\.(?!csv)[\w.]+)`/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !patterns.has(name))).toEqual([]);
});
