// Hot dialect: requests at the very times at which somebody recorded them.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';

/** Since the first one, none before the one before it. */
interface Recording {
  readonly seconds: readonly number[];
}

export const trace = member({
  name: 'trace',
  summary: 'Requests at recorded times, as many at the same time as recorded.',
  args: z.strictObject({
    times: z
      .custom<Recording>((value) => typeof value === 'object' && value !== null && 'seconds' in value)
      .describe(
        "a CSV file in the scenario's folder; `time` names its column (default: `time`). Times are dates, or numbers of `unit` (`ms`, `s`, `m`, `h` or `d`, default `s`), in any order",
      )
      .meta({ type: '{ file, time, unit }' }),
    at: duration.default(0).describe('time of the run at which the first one comes'),
    speed: z.number().positive().default(1).describe('how many seconds of the trace pass in one of the run'),
  }),
  create({ times: { seconds }, at, speed }, { startUs }: ArrivalContext): Arrivals {
    const timesUs = Float64Array.from(seconds, (second) => at + (second * 1e6) / speed);
    let next = 0;
    while (next < timesUs.length && timesUs[next] < startUs) next += 1;
    return {
      next() {
        if (next === timesUs.length) return Number.POSITIVE_INFINITY;
        next += 1;
        return timesUs[next - 1];
      },
    };
  },
});
