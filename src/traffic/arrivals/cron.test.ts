// Requests at the times of a schedule.
import { expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { arrivals } from './index.ts';

const MINUTE = 60;
/** 2026-01-01 00:00 UTC, a Thursday. */
const NEW_YEAR = Date.UTC(2026, 0, 1) / 1000;

/** Seconds of the run. */
function times(args: unknown, many: number, startS = 0, startSeconds: number | undefined = NEW_YEAR): number[] {
  const random = new CounterRandom(1, 'cron');
  const process = arrivals.create('cron', args, { random, startUs: startS * 1e6, startSeconds, nowUs: () => 0 });
  return Array.from({ length: many }, () => process.next() / 1e6);
}

it('come at the minutes of the schedule, those at which the source begins included', () => {
  expect(times({ schedule: '*/5 * * * *' }, 3)).toEqual([0, 5 * MINUTE, 10 * MINUTE]);
  expect(times({ schedule: '*/5 * * * *' }, 2, 1)).toEqual([5 * MINUTE, 10 * MINUTE]);
  expect(times({ schedule: '@every 90s' }, 2, 30)).toEqual([119, 209]);
});

it('go by the date and time at which the run begins', () => {
  // Six in the morning of a Monday, four days later; 02:30 in Berlin is 01:30.
  expect(times({ schedule: '0 6 * * 1' }, 1)).toEqual([4 * 86_400 + 6 * 3600]);
  expect(times({ schedule: 'CRON_TZ=Europe/Berlin 30 2 * * *' }, 1)).toEqual([1.5 * 3600]);
  expect(times({ schedule: '0 * * * *' }, 1, 0, NEW_YEAR + 59 * MINUTE)).toEqual([MINUTE]);
});

it('are so many at once, or spread over a while that may be longer than it is until the next time', () => {
  expect(times({ schedule: '* * * * *', count: 3 }, 4)).toEqual([0, 0, 0, MINUTE]);
  const spread = times({ schedule: '* * * * *', count: 50, within: '150s' }, 500);
  expect(spread).toEqual(spread.toSorted((a, b) => a - b));
  // In the third minute and later those of two and a half times.
  const inMinute = (minute: number): number =>
    spread.filter((at) => at >= minute * MINUTE && at < (minute + 1) * MINUTE).length;
  expect(inMinute(0)).toBeLessThan(inMinute(1));
  expect(Math.abs(inMinute(5) - 50)).toBeLessThan(20);
});

it('never come where the schedule has no time', () => {
  expect(times({ schedule: '0 0 30 2 *' }, 1)).toEqual([Number.POSITIVE_INFINITY]);
});

it('says what is wrong with a schedule', () => {
  expect(() => times({ schedule: '61 * * * *' }, 1)).toThrow(/expected a schedule such as .*: .*61/);
  expect(() => times({ schedule: 5 }, 1)).toThrow('expected a schedule');
});
