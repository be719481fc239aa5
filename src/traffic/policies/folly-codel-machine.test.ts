// Folly's CoDel by what its own tests expect of it (folly/executors/test/CodelTest.cpp): waits and pauses in ms, target 5, interval 100.
import { describe, expect, it } from 'vitest';
import { FollyCodelMachine } from './folly-codel-machine.ts';

/** Each step: a pause before it, how long the request waited, and whether it is dropped. */
type Step = readonly [pauseMs: number, waitedMs: number, dropped: boolean];

function outcomes(steps: readonly Step[], intervalMs = 100): boolean[] {
  const machine = new FollyCodelMachine(5000, intervalMs * 1000, 7_000_000);
  let nowUs = 7_000_000;
  return steps.map(([pauseMs, waitedMs]) => {
    // Some time passes between two calls in any case.
    nowUs += 1000 * pauseMs + 1;
    return machine.drops(1000 * waitedMs, nowUs);
  });
}

describe('as in its tests', () => {
  it.each<[string, readonly Step[]]>([
    [
      'Basic',
      [
        [110, 100, false],
        [90, 50, false],
        [0, 50, true],
        [110, 2, false],
        [90, 20, true],
      ],
    ],
    [
      'mediumLoad: what waited less than twice the target is not dropped',
      [
        [0, 20, false],
        [90, 8, false],
      ],
    ],
    [
      'reducingLoad',
      [
        [0, 20, false],
        [90, 4, false],
      ],
    ],
    ['oneRequestNoDrop', [[0, 20, false]]],
    [
      'updateInterval, before the update',
      [
        [0, 50, false],
        [110, 50, false],
        [0, 50, true],
      ],
    ],
  ])('%s', (_name, steps) => {
    expect(outcomes(steps)).toEqual(steps.map(([, , dropped]) => dropped));
  });
});

it('drops nothing while one of an interval was quick', () => {
  const quick = outcomes([
    [0, 50, false],
    [50, 4, false],
    [110, 50, false],
    [0, 50, false],
    [0, 11, false],
  ]);
  expect(quick).toEqual([false, false, false, false, false]);
});

it('drops above twice the target only, not at it', () => {
  const steps: Step[] = [
    [0, 50, false],
    [110, 50, false],
    [0, 10, false],
    [0, 10.001, true],
  ];
  expect(outcomes(steps)).toEqual([false, false, false, true]);
});
