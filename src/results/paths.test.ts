// Names become folder names that stay inside the results folder.
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jobFolder, jobName, safeName } from './paths.ts';

it.each([
  ['shop-zone-loss', 'shop-zone-loss'],
  ['seed-1', 'seed-1'],
  ['v1.2_x', 'v1.2_x'],
])('keeps %s', (name, expected) => {
  expect(safeName(name)).toBe(expected);
});

it.each(['..', '.', '', '../../etc', '/etc', 'a/b', 'a\\b', 'CON', 'nul.txt', 'a\0b', '.hidden', 'x'.repeat(300)])(
  'makes %j one harmless name',
  (name) => {
    expect(safeName(name)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/);
    expect(safeName(name)).not.toBe(name);
  },
);

it('is safe for any text and gives different texts different names', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(safeName(a)).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/);
      if (a !== b) expect(safeName(a)).not.toBe(safeName(b));
    }),
    { seed: 1, numRuns: 500 },
  );
  expect(safeName('a/b')).not.toBe(safeName('a-b'));
});

it('places a job below its scenario', () => {
  expect(jobFolder('results', 'hello', jobName(7))).toBe(join('results', 'hello', 'seed-7'));
});
