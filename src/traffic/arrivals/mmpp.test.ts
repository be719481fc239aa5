// Markov-modulated arrivals against the closed forms of their index of dispersion (Fischer and Meier-Hellstern 1993).
import { expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { arrivals } from './index.ts';
import { shareOfVisits } from './visits.ts';

/** Counts of windows of `width` seconds. */
function counts(states: unknown, windows: number, width: number, seed: number): number[] {
  const random = new CounterRandom(seed, 'mmpp');
  const process = arrivals.create('mmpp', { states }, { random, startUs: 0, nowUs: () => 0 });
  const found = Array.from({ length: windows }, () => 0);
  for (let at = process.next() / 1e6; at < windows * width; at = process.next() / 1e6)
    found[Math.floor(at / width)] += 1;
  return found;
}

function moments(found: readonly number[]) {
  const mean = found.reduce((sum, count) => sum + count, 0) / found.length;
  const variance = found.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (found.length - 1);
  return { mean, dispersion: variance / mean };
}

/** Over independent runs: mean and standard error of both. */
function measured(states: unknown, windows: number, width: number) {
  const runs = Array.from({ length: 20 }, (_, i) => moments(counts(states, windows, width, i + 1)));
  const of = (pick: (run: (typeof runs)[number]) => number) => {
    const { mean, dispersion } = moments(runs.map(pick));
    return { mean, error: Math.sqrt((dispersion * mean) / runs.length) };
  };
  return { mean: of((run) => run.mean), dispersion: of((run) => run.dispersion) };
}

it.each([0.1, 1, 10])('two states: mean and index of dispersion of windows of %d s', (width) => {
  const [calm, burst] = [20, 200];
  const [leaveCalm, leaveBurst] = [1 / 3, 1];
  const states = [
    { rate: '20/s', mean: '3s' },
    { rate: '200/s', mean: '1s' },
  ];
  const sum = leaveCalm + leaveBurst;
  const rate = (calm * leaveBurst + burst * leaveCalm) / sum;
  const excess =
    (2 * leaveCalm * leaveBurst * (calm - burst) ** 2) / (sum ** 2 * (calm * leaveBurst + burst * leaveCalm));
  const expected = 1 + excess * (1 - (1 - Math.exp(-sum * width)) / (sum * width));
  const { mean, dispersion } = measured(states, Math.round(4000 / width / 10), width);
  expect(Math.abs(mean.mean - rate * width)).toBeLessThan(4 * mean.error);
  expect(Math.abs(dispersion.mean - expected)).toBeLessThan(4 * dispersion.error);
  expect(dispersion.error).toBeLessThan(0.1 * expected);
});

it('three states in a circle: the limit of the index of dispersion', () => {
  const states = [
    { rate: '0/s', mean: '200ms', next: [0, 1, 0] },
    { rate: '50/s', mean: '100ms', next: [0, 0, 1] },
    { rate: '300/s', mean: '50ms', next: [1, 0, 0] },
  ];
  const shares = [4 / 7, 2 / 7, 1 / 7];
  const rates = [0, 50, 300];
  const rate = shares.reduce((sum, share, i) => sum + share * rates[i], 0);
  // 1 + 2 (rate - shares·Λ (Q + e shares)^-1 Λ e / rate).
  const generator = [
    [-5, 5, 0],
    [0, -10, 10],
    [20, 0, -20],
  ].map((row) => row.map((entry, i) => entry + shares[i]));
  const solved = solve(generator, rates);
  const limit = 1 + 2 * (rate - shares.reduce((sum, share, i) => sum + share * rates[i] * solved[i], 0) / rate);
  const { mean, dispersion } = measured(states, 300, 20);
  expect(Math.abs(mean.mean - rate * 20)).toBeLessThan(4 * mean.error);
  expect(Math.abs(dispersion.mean - limit)).toBeLessThan(4 * dispersion.error);
});

/** By Cramer's rule. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const determinant = ([a, b, c]: readonly (readonly number[])[]): number =>
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
  return right.map(
    (_, at) =>
      determinant(matrix.map((row, i) => row.map((entry, j) => (j === at ? right[i] : entry)))) / determinant(matrix),
  );
}

it('begins in each state as often as it lasts', () => {
  // Nothing is sent in the first state, which takes three quarters of the time.
  const states = [
    { rate: '0/s', mean: '3000h' },
    { rate: '1000/s', mean: '1000h' },
  ];
  const begun = Array.from({ length: 400 }, (_, i) => counts(states, 1, 1, i + 1)[0] > 0);
  expect(Math.abs(begun.filter(Boolean).length - 100)).toBeLessThan(4 * Math.sqrt(75));
});

it('visits: a circle, a walk, and states that are left for good', () => {
  expect(
    shareOfVisits([
      [0, 2, 0],
      [0, 0, 5],
      [1, 0, 0],
    ]),
  ).toEqual([1 / 3, 1 / 3, 1 / 3].map((x) => expect.closeTo(x, 12)));
  expect(
    shareOfVisits([
      [0, 1, 0],
      [1, 0, 3],
      [0, 1, 0],
    ]),
  ).toEqual([1 / 8, 1 / 2, 3 / 8].map((x) => expect.closeTo(x, 12)));
  expect(
    shareOfVisits([
      [0, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]),
  ).toEqual([0.5, 0.5, 0].map((x) => expect.closeTo(x, 12)));
  expect(
    shareOfVisits([
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]),
  ).toBeUndefined();
});

it('no rate at all is no arrival, not an endless search', () => {
  expect(
    counts(
      [
        { rate: '0/s', mean: '1s' },
        { rate: '0/s', mean: '1s' },
      ],
      1,
      1e9,
      1,
    ),
  ).toEqual([0]);
});

it.each([
  [[{ rate: '1/s', mean: '1s' }], /states/],
  [
    [
      { rate: '1/s', mean: '1s', next: [0] },
      { rate: '1/s', mean: '1s' },
    ],
    /weight for each/,
  ],
  [
    [
      { rate: '1/s', mean: '1s', next: [1, 1] },
      { rate: '1/s', mean: '1s' },
    ],
    /0 for its own/,
  ],
  [
    [
      { rate: '1/s', mean: '1s' },
      { rate: '1/s', mean: '1s', next: [0, 0, 1] },
      { rate: '1/s', mean: '1s', next: [0, 1, 0] },
    ],
    /come back/,
  ],
])('%j is refused', (states, message) => {
  expect(() => counts(states, 1, 1, 1)).toThrow(message);
});
