// The hand of the time bar, and values found by time.
import { expect, it } from 'vitest';
import { Loads } from './loads.ts';
import { fittingSpeed, Playback } from './playback.ts';

it('goes as fast as it is told, and stops at the end', () => {
  const playback = new Playback(() => ({ until: 100, duration: 100 }), 10);
  playback.tick(1);
  expect(playback.time).toBe(0);
  playback.toggle();
  playback.tick(2);
  expect(playback.time).toBe(20);
  playback.tick(60);
  expect([playback.time, playback.playing]).toEqual([100, false]);
  // At the end it begins anew.
  playback.toggle();
  expect([playback.time, playback.playing]).toEqual([0, true]);
  playback.seek(-5);
  expect(playback.time).toBe(0);
  playback.seek(500);
  expect(playback.time).toBe(100);
});

it.each([
  [20, 1],
  [1200, 60],
  [86_400, 3600],
  [0.5, 1],
])('plays a run of %d s with %d×', (duration, speed) => expect(fittingSpeed(duration)).toBe(speed));

it('finds the interval in which a moment is', () => {
  const loads = new Loads(1);
  loads.append([10, 10, 20, 30], [0, 1, 0, 1], [[1, 2, 3, null]]);
  // Rows of an interval may come in several parts.
  loads.append([30, 40], [0, 0], [[5, 6]]);
  expect([0, 10, 10.5, 20, 35, 99].map((time) => loads.intervalAt(time))).toEqual([0, 0, 1, 1, 3, 3]);
  expect([loads.of(0, 5), loads.of(1, 5), loads.of(1, 15), loads.of(0, 30)]).toEqual([[1], [2], undefined, [5]]);
  expect(loads.of(1, 30)).toEqual([Number.NaN]);
  expect(Array.from(loads.over(0, 0).values)).toEqual([1, 3, 5, 6]);
  expect(loads.intervals).toBe(4);
  const nothing = new Loads(2);
  expect(nothing.intervalAt(3)).toBe(-1);
  expect(nothing.of(0, 3)).toBeUndefined();
});
