// Hot dialect: what comes at the times of a schedule, as of a CronJob: a number of requests, all at once or over a while.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { show } from '../../lib/show.ts';
import { duration } from '../../lib/units.ts';
import { type CronSchedule, tryParseCronSchedule } from '../../model/parse/cron-schedule.ts';
import { nextTime } from '../../model/parse/cron-times.ts';
import { type ArrivalContext, type Arrivals, RUN_BEGINS_SECONDS } from './arrivals.ts';

const MOST_AT_A_TIME = 1_000_000;

const schedule = z
  .unknown()
  .transform((value, context): CronSchedule => {
    const found = typeof value === 'string' ? tryParseCronSchedule(value) : { error: `got ${show(value)}` };
    if ('schedule' in found) return found.schedule;
    const message = `expected a schedule such as "*/5 * * * *" or "@hourly": ${found.error}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ type: 'schedule' });

export const cron = member({
  name: 'cron',
  summary:
    'So many requests at the times of a schedule, as a CronJob has one, by the date and time at which the run begins.',
  args: z.strictObject({
    schedule: schedule.describe(
      'minute, hour, day of the month, month and day of the week, in UTC; `CRON_TZ=Europe/Berlin` before it is another time zone',
    ),
    count: z.int().min(1).max(MOST_AT_A_TIME).default(1).describe('requests each time'),
    within: duration.default(0).describe('over which they are spread by chance; 0 is all at once'),
  }),
  create({ schedule: times, count, within }, context: ArrivalContext): Arrivals {
    const { random, startUs, startSeconds = RUN_BEGINS_SECONDS } = context;
    const after = (seconds: number): number => nextTime(times, seconds) ?? Number.POSITIVE_INFINITY;
    const usOf = (seconds: number): number => (seconds - startSeconds) * 1e6;
    // A time at which the source begins counts.
    let due = after(startSeconds + Math.ceil(startUs / 1e6) - 1);
    /** Of times that have come, the earliest last. */
    let waiting: number[] = [];
    return {
      next() {
        // Some of the next time may come before the last ones of this time.
        while (due < Number.POSITIVE_INFINITY && (waiting.length === 0 || usOf(due) <= waiting[waiting.length - 1])) {
          const dueUs = usOf(due);
          for (let i = 0; i < count; i += 1) waiting.push(within === 0 ? dueUs : dueUs + random.uniform() * within);
          waiting = waiting.sort((a, b) => b - a);
          due = after(due);
        }
        return waiting.pop() ?? Number.POSITIVE_INFINITY;
      },
    };
  },
});
