// What a watch reads of attempts: by pod class, over its window, and nothing of those before it.
import { expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import type { Selection } from '../model/endpoints.ts';
import { Outcome } from './calls.ts';
import { Readings } from './request-readings.ts';
import type { ClassRow } from '../model/rows.ts';

const ofClasses = (...classes: readonly number[]): Selection => ({
  key: classes.join(),
  admits: (podClass) => classes.includes(podClass),
});

function rig(windowUs = 60e6) {
  const engine = new Engine({ seed: 1 });
  const readings = new Readings(engine);
  const watch = readings.watch(ofClasses(1, 2), windowUs);
  const at = (seconds: number) => engine.run(seconds * 1e6);
  return { readings, watch, at };
}

it('counts, times and divides by the class of the pod', () => {
  const { readings, watch, at } = rig();
  at(1);
  for (const [row, podClass] of [1, 2, 2, 3, -1].entries()) readings.sent(row, podClass as ClassRow, -1);
  at(1.1);
  readings.settled(0, Outcome.Ok);
  readings.settled(1, Outcome.Error);
  at(1.3);
  for (const row of [2, 3, 4]) readings.settled(row, Outcome.Ok);
  const read = (...classes: readonly number[]) =>
    (['count', 'rate', 'error_ratio', 'mean'] as const).map((figure) => watch.read(figure, ofClasses(...classes)));
  expect(read(1)).toEqual([1, 1 / 60, 0, 100_000]);
  expect(read(2)).toEqual([2, 2 / 60, 0.5, 300_000]);
  expect(read(1, 2)).toEqual([3, 3 / 60, 1 / 3, 200_000]);
  // Class 3 is not watched, and what had no endpoint is nobody's.
  expect(read(3)).toEqual([undefined, undefined, undefined, undefined]);
  const p99 = watch.read('p99', ofClasses(2)) ?? 0;
  expect(Math.abs(p99 / 300_000 - 1)).toBeLessThan(0.004);
});

it('forgets what is older than the window, also after a long silence', () => {
  const { readings, watch, at } = rig();
  const one = ofClasses(1);
  for (let second = 0; second < 200; second += 1) {
    at(second + 0.5);
    readings.sent(0, 1 as ClassRow, -1);
    readings.settled(0, Outcome.Ok);
  }
  expect([watch.read('count', one), watch.read('p50', one)]).toEqual([60, 0]);
  at(230.5);
  expect(watch.read('count', one)).toBe(29);
  at(1000);
  expect(watch.read('count', one)).toBeUndefined();
  readings.sent(0, 1 as ClassRow, -1);
  readings.settled(0, Outcome.Timeout);
  expect([watch.read('count', one), watch.read('error_ratio', one), watch.read('p99', one)]).toEqual([1, 1, undefined]);
});

it('knows nothing of attempts that were sent before anybody watched, nor twice of one', () => {
  const { readings, watch } = rig();
  readings.settled(500, Outcome.Ok);
  readings.sent(70, 1 as ClassRow, -1);
  readings.settled(3, Outcome.Ok);
  readings.settled(70, Outcome.Ok);
  readings.settled(70, Outcome.Ok);
  expect(watch.read('count', ofClasses(1))).toBe(1);
});
