// Names become folder names that stay inside the results folder.
import { join, posix, win32 } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isReservedName, jobFolder, jobName, jobOfFolder, safeName } from './paths.ts';

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

it.each([
  [win32, 'C:\\results\\shop', 'C:\\results\\shop\\cell-3f2a91c0\\seed-1'],
  [win32, 'c:\\Results\\shop', 'C:\\results\\SHOP\\cell-3f2a91c0\\seed-1'],
  [win32, '\\\\server\\share\\shop', '\\\\server\\share\\shop\\cell-3f2a91c0\\seed-1'],
  [win32, 'results/shop', 'results\\shop\\cell-3f2a91c0/seed-1'],
  [posix, 'results/shop', 'results/shop/cell-3f2a91c0/seed-1'],
])('finds the job of a folder on every system (%#)', (system, scenario, folder) => {
  expect(jobOfFolder(scenario, folder, system)).toBe('cell-3f2a91c0/seed-1');
});

it('leaves room for a job in the 260 characters that a path may have on Windows', () => {
  const long = 'x'.repeat(300);
  const path = jobFolder('results', long, `cell-3f2a91c0/${jobName(Number.MAX_SAFE_INTEGER)}`);
  // With the name of its longest file, and 80 characters for where the user is.
  expect(80 + path.length + 'breakdown-by-service.csv.partial'.length).toBeLessThan(260);
});

it.each([
  ['CON', true],
  ['nul.txt', true],
  ['com1', true],
  ['Lpt9.csv', true],
  ['console', false],
  ['auxiliary', false],
  ['com', false],
])('%s is a device: %s', (name, reserved) => {
  expect(isReservedName(name)).toBe(reserved);
});
