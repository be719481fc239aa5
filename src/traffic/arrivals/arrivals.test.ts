// When requests come.
import { expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { arrivals } from './index.ts';

function times(name: string, args: unknown, untilUs: number, startUs = 0): number[] {
  const process = arrivals.create(name, args, { random: new CounterRandom(1, name), startUs, nowUs: () => 0 });
  const found: number[] = [];
  for (let at = process.next(); at < untilUs; at = process.next()) found.push(at);
  return found;
}

it('constant: at equal distances, without drift', () => {
  // 3/s: a third of a second apart from 10 s on.
  const found = times('constant', { rate: '3/s' }, 1e9 + 10e6, 10e6);
  expect(found.slice(0, 3).map(Math.round)).toEqual([10_333_333, 10_666_667, 11_000_000]);
  expect(found.length).toBe(2999);
  expect(found[2996]).toBe(1009e6);
});

it('poisson: as many as the rate says, independent of each other', () => {
  const found = times('poisson', { rate: '200/s' }, 1000e6, 500e6);
  expect(found[0]).toBeGreaterThan(500e6);
  // 100,000 expected in 500 s, standard deviation 316.
  expect(Math.abs(found.length - 100_000)).toBeLessThan(4 * 316);
  // Counts of windows have the variance of their mean: index of dispersion 1, standard error sqrt(2 / 5000).
  const counts = Array.from({ length: 5000 }, () => 0);
  for (const at of found) counts[Math.floor((at - 500e6) / 1e5)] += 1;
  const mean = found.length / 5000;
  const dispersion = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 4999 / mean;
  expect(Math.abs(dispersion - 1)).toBeLessThan(4 * Math.sqrt(2 / 5000));
});

it('renewal: distances of the distribution', () => {
  // Gamma of shape 4: 1/0.01 s = 100/s, squared coefficient of variation 1/4.
  const found = times('renewal', { gap: { gamma: { shape: 4, mean: '10ms' } } }, 1000e6, 3e6);
  const gaps = found.map((at, i) => at - (found[i - 1] ?? 3e6));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  // Standard errors: sqrt(1/4 / 99,700) and about sqrt((2 + 6/4) / 99,700) of the variance.
  expect(Math.abs(mean / 10_000 - 1)).toBeLessThan(4 * 0.0016);
  expect(Math.abs(variance / mean ** 2 / 0.25 - 1)).toBeLessThan(4 * 0.007);
});

it('steps: each step at its rate, nothing before the first and while the rate is 0', () => {
  const args = {
    steps: [
      { at: '10s', rate: '1000/s' },
      { at: '20s', rate: '0/s' },
      { at: '30s', rate: '500/s' },
      { at: '50s', rate: '0/s' },
    ],
  };
  const found = times('steps', args, 1e12);
  const within = (from: number, to: number): number => found.filter((at) => at >= from * 1e6 && at < to * 1e6).length;
  expect([within(0, 10), within(20, 30), within(50, 1e6)]).toEqual([0, 0, 0]);
  for (const [from, to] of [
    [10, 20],
    [30, 50],
  ]) {
    expect(Math.abs(within(from, to) - 10_000)).toBeLessThan(400);
  }
  // A source that starts in the middle has the rate of that time.
  const late = times('steps', args, 1e12, 40e6);
  expect(late[0]).toBeGreaterThan(40e6);
  expect(Math.abs(late.length - 5000)).toBeLessThan(4 * Math.sqrt(5000));
});

it.each([
  ['poisson', { rate: '0/s' }, /above 0/],
  ['poisson', { rate: 5 }, /rate/],
  ['steps', { steps: [] }, /steps/],
  [
    'steps',
    {
      steps: [
        { at: '5s', rate: '1/s' },
        { at: '5s', rate: '2/s' },
      ],
    },
    /each step/,
  ],
  ['poison', {}, /poisson/],
])('%s %j is refused', (name, args, message) => {
  expect(() => times(name, args, 1)).toThrow(message);
});
