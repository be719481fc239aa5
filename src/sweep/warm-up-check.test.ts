// What is said of the beginning of runs, from their series.csv.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CheckedRuns, warmUpWarnings } from './warm-up-check.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-warm-up-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;

/** Two seeds with these latencies, an interval of ten seconds each; the first interval has none. */
function runsOf(
  scenario: Partial<CheckedRuns['scenario']>,
  latency: (interval: number) => number,
  values: readonly string[] = [],
): CheckedRuns {
  const results = [0, 1].map((seed) => {
    folders += 1;
    const folder = join(root, String(folders));
    mkdirSync(folder, { recursive: true });
    const rows = Array.from(
      { length: 60 },
      (_, at) => `${10 * (at + 1)},7,${at === 0 ? '' : latency(at) + 0.01 * ((at + seed) % 2)}`,
    );
    writeFileSync(
      join(folder, 'series.csv'),
      `time_seconds,requests,request_duration_seconds_mean\n${rows.join('\n')}\n`,
    );
    return { folder };
  });
  return { values, scenario: { warmupUs: 0, timeline: [], faults: [], traffic: [], ...scenario }, results };
}

const highAtFirst = (at: number) => (at <= 10 ? 2 : 1);

describe('where a steady state is promised', () => {
  it.each([
    // From the second interval on ten of 59 intervals are high, to 110 s: their mean is 1.175 where it should be 1.005.
    [
      'high at first',
      0,
      highAtFirst,
      [
        'the mean latency settles after 1m50s (MSER-5), and there is no spec.warmup: what comes before raises the mean by 17 %',
      ],
    ],
    ['covered', 110e6, highAtFirst, []],
    // Five of 54.
    [
      'partly covered',
      60e6,
      highAtFirst,
      [
        'the mean latency settles after 1m50s (MSER-5), and spec.warmup is 1m: what comes before raises the mean by 9.2 %',
      ],
    ],
    ['steady', 0, () => 1, []],
    // MSER-5 leaves out the first five, in which the noise is a little larger; their mean is within the interval of the others.
    ['noisy at first', 0, (at: number) => 1 + (at <= 5 ? 0.3 : 0.2) * ((at % 2) - 0.5), []],
    [
      'growing',
      0,
      (at: number) => at * at,
      ['no steady state of the mean latency is in sight (MSER-5): means depend on how long the run is'],
    ],
  ] as const)('%s', (_name, warmupUs, latency, warnings) => {
    expect(warmUpWarnings([runsOf({ warmupUs }, latency)], true)).toEqual(warnings);
  });
});

describe('otherwise', () => {
  const entry = (atUs: number) => ({ atUs }) as CheckedRuns['scenario']['timeline'][number];
  const arrivals = (name: string) => [{ arrivals: { name } }] as unknown as CheckedRuns['scenario']['traffic'];

  it.each([
    ['a warm-up that is too short is noticed', { warmupUs: 60e6, traffic: arrivals('poisson') }, highAtFirst, 1],
    ['where there is none nothing was promised', {}, highAtFirst, 0],
    ['nor where no steady state is', { warmupUs: 60e6 }, (at: number) => at * at, 0],
    ['nor where the load changes by itself', { warmupUs: 60e6, traffic: arrivals('daily') }, highAtFirst, 0],
    ['what comes before the first command counts', { warmupUs: 60e6, timeline: [entry(520e6)] }, highAtFirst, 1],
    ['and not what comes behind it', { timeline: [entry(300e6)], warmupUs: 60e6 }, highAtFirst, 0],
  ])('%s', (_name, scenario, latency, count) => {
    expect(warmUpWarnings([runsOf(scenario, latency)], false)).toHaveLength(count);
  });

  it('names the cells, the first five of them, and leaves out those without a series', () => {
    const cells = Array.from({ length: 7 }, (_, at) => runsOf({ warmupUs: 60e6 }, highAtFirst, [String(at)]));
    const bare = { ...cells[0], results: [{ folder: join(root, 'none') }] };
    const warnings = warmUpWarnings([bare, ...cells], false);
    expect(warnings.map((line) => line.split(' ', 1)[0])).toEqual(['0:', '1:', '2:', '3:', '4:', 'so']);
    expect(warnings.at(-1)).toBe('so it is in 2 more cells');
  });
});
