// What metrics-server makes of the points that it scrapes: two of one process, a fresh one, restarts, and points that come twice.
import { expect, it } from 'vitest';
import { Points } from './points.ts';

const RESOLUTION_US = 15e6;
const POD = 7;

function begin(startedUs = 0) {
  const points = new Points();
  let started = startedUs;
  const look = (atS: number, usedUs: number): void => points.measure(3, POD, atS * 1e6, started, usedUs, 100);
  const scrape = (): string => {
    points.scrape(3, POD, started, RESOLUTION_US);
    if (!points.has(3, POD)) return 'nothing';
    if (points.windowUs(3) < 0) return 'one point';
    return `${points.usedUs(3) / 1e6} in ${points.windowUs(3) / 1e6}`;
  };
  const restart = (atS: number): void => void (started = atS * 1e6);
  return { points, look, scrape, restart };
}

it('has usage from the second point on', () => {
  const { look, scrape } = begin();
  expect(scrape()).toBe('nothing');
  look(5, 1e6);
  expect(scrape()).toBe('one point');
  look(15, 3e6);
  expect(scrape()).toBe('2 in 10');
  look(25, 7e6);
  look(35, 8e6);
  expect(scrape()).toBe('5 in 20');
});

it('has usage from the first point on where the container is 10 s old, and not yet as old as the resolution', () => {
  for (const [ageS, expected] of [
    [9.9, 'one point'],
    [10, '4 in 10'],
    [14.9, '4 in 14.9'],
    [15, 'one point'],
  ] as const) {
    const { look, scrape } = begin();
    look(ageS, 4e6);
    expect(scrape()).toBe(expected);
  }
});

it('keeps what it had while the kubelet has nothing newer', () => {
  const { look, scrape } = begin();
  look(2, 1e6);
  scrape();
  look(12, 2e6);
  expect(scrape()).toBe('2 in 12');
  expect(scrape()).toBe('2 in 12');
  look(22, 5e6);
  expect(scrape()).toBe('3 in 10');
  expect(scrape()).toBe('3 in 10');
});

it('starts over with a process that has started over', () => {
  const { look, scrape, restart } = begin();
  look(20, 5e6);
  scrape();
  look(30, 9e6);
  expect(scrape()).toBe('4 in 10');
  restart(32);
  // The kubelet has not looked at the new one.
  expect(scrape()).toBe('nothing');
  look(36, 0.5e6);
  expect(scrape()).toBe('one point');
  look(46, 2.5e6);
  expect(scrape()).toBe('2.5 in 14');
});

it('knows nothing of a pod that has the row of another one', () => {
  const { points, look, scrape } = begin();
  look(10, 1e6);
  scrape();
  expect([points.has(3, POD), points.has(3, 8), points.has(4000, POD)]).toEqual([true, false, false]);
  points.measure(3, 8, 20e6, 18e6, 0, 0);
  expect([points.has(3, POD), points.has(3, 8)]).toEqual([false, false]);
  points.scrape(3, 8, 18e6, RESOLUTION_US);
  expect(points.has(3, 8)).toBe(true);
  points.drop(3);
  expect(points.has(3, 8)).toBe(false);
});
