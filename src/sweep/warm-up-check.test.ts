// What is said of the beginning of runs, from their series.csv.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Cell } from './index-files.ts';
import { warmUpWarnings } from './warm-up-check.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-warm-up-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Two seeds with these latencies, an interval of ten seconds each; the first interval has none. */
function cellOf(name: string, warmupUs: number, latency: (interval: number) => number): Cell {
  const results = [0, 1].map((seed) => {
    const folder = join(root, name, String(seed));
    mkdirSync(folder, { recursive: true });
    const rows = Array.from(
      { length: 60 },
      (_, at) => `${10 * (at + 1)},${at === 0 ? '' : latency(at) + 0.01 * ((at + seed) % 2)}`,
    );
    writeFileSync(join(folder, 'series.csv'), `time_seconds,request_duration_seconds_mean\n${rows.join('\n')}\n`);
    return { folder };
  });
  const ends = [{ job: { loaded: { scenario: { warmupUs } } } }];
  return { values: [], results, ends } as unknown as Cell;
}

it.each([
  // From the second interval on: ten intervals are high, to 110 s.
  [
    'high at first',
    0,
    (at: number) => (at <= 10 ? 2 : 1),
    ['the mean latency settles after 1m50s (MSER-5), and there is no spec.warmup'],
  ],
  ['covered', 110e6, (at: number) => (at <= 10 ? 2 : 1), []],
  [
    'partly covered',
    60e6,
    (at: number) => (at <= 10 ? 2 : 1),
    ['the mean latency settles after 1m50s (MSER-5), and spec.warmup is 1m'],
  ],
  ['steady', 0, () => 1, []],
  [
    'growing',
    0,
    (at: number) => at * at,
    ['no steady state of the mean latency is in sight (MSER-5): means depend on how long the run is'],
  ],
] as const)('%s', (name, warmupUs, latency, warnings) => {
  expect(warmUpWarnings([cellOf(name.replaceAll(' ', '-'), warmupUs, latency)])).toEqual(warnings);
});
