// Arrivals along curves: as many in any interval as the area under the rate says, independent of each other.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { arrivals } from './index.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Times in seconds. */
function times(name: string, args: unknown, until: number, start = 0, seed = 1): number[] {
  const random = new CounterRandom(seed, name);
  const process = arrivals.create(name, args, { random, startUs: start * 1e6, nowUs: () => 0 });
  const found: number[] = [];
  for (let at = process.next() / 1e6; at < until; at = process.next() / 1e6) found.push(at);
  return found;
}

/** Counts between the bounds and what they are expected to be, as distances in standard deviations. */
function distances(found: readonly number[], bounds: readonly number[], area: (from: number, to: number) => number) {
  let at = found.findIndex((time) => time >= bounds[0]);
  return bounds.slice(1).map((to, i) => {
    const expected = area(bounds[i], to);
    let count = 0;
    for (; at < found.length && found[at] < to; at += 1) count += 1;
    return expected === 0 ? count * 1e9 : (count - expected) / Math.sqrt(expected);
  });
}

/** Each within 4.5 standard deviations, and their squares 1 on average: neither too far nor too near. */
function expectPoisson(found: readonly number[]) {
  for (const distance of found) expect(Math.abs(distance)).toBeLessThan(4.5);
  const squares = found.filter((distance) => distance !== 0).map((distance) => distance ** 2);
  const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  expect(Math.abs(mean - 1)).toBeLessThan(4.5 * Math.sqrt(2 / squares.length));
}

const even = (from: number, to: number, parts: number): number[] =>
  Array.from({ length: parts + 1 }, (_, i) => from + ((to - from) * i) / parts);

/** Area under a rate by its primitive. */
const by = (primitive: (at: number) => number) => (from: number, to: number) => primitive(to) - primitive(from);

describe('ramps', () => {
  const args = {
    points: [
      { at: '10s', rate: '0/s' },
      { at: '110s', rate: '1000/s' },
      { at: '110s', rate: '200/s' },
      { at: '210s', rate: '0/s' },
    ],
  };
  const area = by((at) => {
    const up = Math.min(Math.max(at - 10, 0), 100);
    const down = Math.min(Math.max(at - 110, 0), 100);
    return 5 * up ** 2 + 200 * down - down ** 2;
  });

  it('the area under straight lines, up from 0, down to 0, with a jump', () => {
    const found = times('ramps', args, 1e5);
    expectPoisson(distances(found, even(0, 250, 250), area));
    expect(found[0]).toBeGreaterThan(10);
    expect(found.at(-1)).toBeLessThan(210);
  });

  it('a source that starts in the middle has the rate of that time', () => {
    expectPoisson(distances(times('ramps', args, 1e5, 60), even(60, 210, 150), area));
  });

  it('after the last point it stays', () => {
    const found = times('ramps', { points: [{ at: '5s', rate: '100/s' }] }, 1005);
    expectPoisson(
      distances(
        found,
        even(0, 1005, 201),
        by((at) => 100 * Math.max(at - 5, 0)),
      ),
    );
  });

  it('within a window times are as likely as the rate is high: no bias of the inversion', () => {
    // On a rise from 0 the square of the place within the line is uniform; Kolmogorov-Smirnov at 0.1 %.
    const found = times('ramps', args, 110);
    const worst = found.map((at, i) => Math.abs(((at - 10) / 100) ** 2 - (i + 0.5) / found.length));
    expect(Math.max(...worst)).toBeLessThan(1.95 / Math.sqrt(found.length));
  });

  it('nearly level lines and huge rates lose no digits', () => {
    const steep = {
      points: [
        { at: '0s', rate: '10000000/s' },
        { at: '1us', rate: '0/s' },
        { at: '2s', rate: '0/s' },
      ],
    };
    for (const seed of [1, 2, 3]) {
      const found = times('ramps', steep, 1, 0, seed);
      expect(found.every((at) => at >= 0 && at <= 1e-6)).toBe(true);
    }
    const level = {
      points: [
        { at: '0s', rate: '1000000/s' },
        { at: '100d', rate: '1000000.000001/s' },
      ],
    };
    const found = times('ramps', level, 0.5);
    expect(Math.abs(found.length - 500_000)).toBeLessThan(4.5 * Math.sqrt(500_000));
    const late = times('ramps', level, 90 * DAY + 0.1, 90 * DAY);
    expect(Math.abs(late.length - 100_000)).toBeLessThan(4.5 * Math.sqrt(100_000));
  });
});

describe('daily', () => {
  const args = {
    points: [
      { at: '6h', rate: '1/s' },
      { at: '18h', rate: '3/s' },
    ],
    days: [1, 1, 1, 1, 1, 0.5, 0],
  };

  it('each hour of two weeks, straight over midnight', () => {
    const factor = (day: number): number => args.days[((day % 7) + 7) % 7];
    const rate = (at: number): number => {
      const day = Math.floor(at / DAY);
      const hour = (at - day * DAY) / HOUR;
      if (hour < 6) return 3 * factor(day - 1) + ((factor(day) - 3 * factor(day - 1)) * (hour + 6)) / 12;
      if (hour < 18) return factor(day) * (1 + (hour - 6) / 6);
      return 3 * factor(day) + ((factor(day + 1) - 3 * factor(day)) * (hour - 18)) / 12;
    };
    // Within an hour the rate is a straight line, so that the middle is its mean.
    const area = (from: number, to: number): number => rate((from + to) / 2) * (to - from);
    const found = times('daily', args, 14 * DAY);
    expectPoisson(distances(found, even(0, 14 * DAY, 14 * 24), area));
    const begun = times('daily', { ...args, begins: '9h' }, 7 * DAY, 2 * DAY);
    const shifted = (from: number, to: number): number => area(from + 9 * HOUR, to + 9 * HOUR);
    expectPoisson(distances(begun, even(2 * DAY, 7 * DAY, 5 * 24), shifted));
  });

  it('no rate at all is no arrival, not an endless search', () => {
    expect(times('daily', { points: [{ at: '0h', rate: '5/s' }], days: [0] }, 1e9)).toEqual([]);
  });
});

describe('flashCrowd', () => {
  it('usual rate, rise, plateau, fall, usual rate', () => {
    const args = { normal: '20/s', shock: 50, at: '2m', rampUp: '30s', sustained: '1m', rampDown: '5m' };
    const rate = (at: number): number => {
      if (at < 120 || at > 510) return 20;
      if (at < 150) return 20 + (980 * (at - 120)) / 30;
      return at < 210 ? 1000 : 1000 - (980 * (at - 210)) / 300;
    };
    const found = times('flashCrowd', args, 15 * MINUTE);
    expectPoisson(distances(found, even(0, 900, 180), (from, to) => rate((from + to) / 2) * (to - from)));
  });

  it('jumps where a phase has no length', () => {
    const args = { normal: '0.0/s', shock: 1, at: '0s', rampUp: '0s', sustained: '0s', rampDown: '0s' };
    expect(times('flashCrowd', args, 1e9)).toEqual([]);
    const jump = { ...args, normal: '100/s', shock: 10, at: '100s', sustained: '100s' };
    const area = by((at) => 100 * at + 900 * Math.min(Math.max(at - 100, 0), 100));
    expectPoisson(distances(times('flashCrowd', jump, 300), even(0, 300, 150), area));
  });
});

describe('replay', () => {
  const rates = {
    rows: [
      [0, 100],
      [10, 0],
      [30, 500],
    ],
    endSeconds: 50,
  };
  const area = by((at) => 100 * Math.min(at, 10) + 500 * Math.min(Math.max(at - 30, 0), 20));

  it('each row until the next, none after the end', () => {
    expectPoisson(distances(times('replay', { rates }, 1e9), even(0, 60, 120), area));
  });

  it('later, faster, more, and over and over', () => {
    const found = times('replay', { rates, at: '7s', speed: 2, scale: 3 }, 1e9);
    expectPoisson(distances(found, even(7, 37, 60), (from, to) => 1.5 * area(2 * (from - 7), 2 * (to - 7))));
    const again = times('replay', { rates, at: '7s', repeat: true }, 507);
    const cycles = by((at) => area(0, 50) * Math.floor(at / 50) + area(0, at % 50));
    expectPoisson(distances(again, even(7, 507, 500), (from, to) => cycles(from - 7, to - 7)));
    expect(again[0]).toBeGreaterThan(7);
  });
});

it('trace: every time as it is, ties and all', () => {
  const timed = { seconds: [0, 0, 0, 1.25, 1.25, 7] };
  expect(times('trace', { times: timed }, 1e9)).toEqual([0, 0, 0, 1.25, 1.25, 7]);
  expect(times('trace', { times: timed, at: '10s', speed: 2 }, 1e9)).toEqual([10, 10, 10, 10.625, 10.625, 13.5]);
  expect(times('trace', { times: timed }, 1e9, 1.25)).toEqual([1.25, 1.25, 7]);
  expect(times('trace', { times: timed }, 1e9, 8)).toEqual([]);
});

it.each([
  ['ramps', { points: [] }, /points/],
  [
    'ramps',
    {
      points: [
        { at: '5s', rate: '1/s' },
        { at: '4s', rate: '1/s' },
      ],
    },
    /no point may be before/,
  ],
  ['daily', { points: [{ at: '24h', rate: '1/s' }] }, /within the day/],
  ['daily', { points: [{ at: '1h', rate: '9000000/s' }], days: [2] }, /10,000,000/],
  ['flashCrowd', { normal: '1/s', shock: 0.5, at: '0', rampUp: '0', sustained: '0', rampDown: '0' }, /shock/],
  ['flashCrowd', { normal: '1000000/s', shock: 11, at: '0', rampUp: '0', sustained: '0', rampDown: '0' }, /10,000,000/],
  ['replay', {}, /rates/],
  ['replay', { rates: { rows: [[0, 1e7]], endSeconds: 1 }, scale: 1.1 }, /10,000,000/],
  ['trace', { times: 5 }, /times/],
])('%s %j is refused', (name, args, message) => {
  expect(() => times(name, args, 1)).toThrow(message);
});
