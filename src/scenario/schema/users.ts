// `traffic[].users`: users who wait for an answer, think, and send the next request.
import { z } from 'zod';
import { distribution, movingDistribution } from '../../lib/distribution.ts';
import { duration } from '../../lib/units.ts';
import type { UsersSpec } from '../../model/settings/users.ts';
import { count, field, ratio, someCount } from './field.ts';

const MOST_USERS = 1_000_000;

const points = z
  .array(
    z.strictObject({
      at: field(duration, 'Time of the run.'),
      users: field(count.max(MOST_USERS), 'How many users there are then.'),
    }),
  )
  .min(1)
  .refine((list) => list.every(({ at }, i) => i === 0 || at >= list[i - 1].at), 'must be in the order of time');

export const users = z
  .strictObject({
    count: field(
      z.union([someCount.max(MOST_USERS), points]),
      'How many users there are at a time: a closed loop. A number, or points `{ at, users }` between which it changes evenly; two at the same time are a jump. Before the first point there is nobody, after the last one its number stays. Who comes thinks first; those who are too many leave, at the latest after the answer that they wait for. Without it, a user comes with each arrival of `arrivals`, sends a request at once, and is gone after `leave`.',
    ).optional(),
    think: field(movingDistribution, 'From the end of a request, with its retries, to the next one of the same user.'),
    leave: field(ratio, 'Probability that a user leaves after an answer instead of thinking.'),
    leaveAfterFailure: field(
      ratio,
      'Probability that a user leaves after a request that failed. Default: that of `leave`.',
    ).optional(),
    away: field(
      distribution,
      'With `count`: how long the place of one who has left stays empty, until somebody else sends a first request. Default: as long as one thinks.',
    ).optional(),
  })
  .transform(
    ({ count: given, think, leave, leaveAfterFailure = leave, away = think }): UsersSpec => ({
      count:
        typeof given === 'number'
          ? [{ atUs: 0, users: given }]
          : given?.map(({ at, users: there }) => ({ atUs: at, users: there })),
      think,
      leave,
      leaveAfterFailure,
      away,
    }),
  );

/** The most users that there are at a time. */
export function mostUsers(points: NonNullable<UsersSpec['count']>): number {
  return Math.max(1, ...points.map(({ users: there }) => there));
}

interface Source {
  readonly arrivals?: unknown;
  readonly users?: UsersSpec | undefined;
}

/** Whether it is said when requests are sent: by arrivals, by so many users, or by users who come with arrivals. */
export function checkUsers(
  { arrivals, users: who }: Source,
  context: z.RefinementCtx,
  processes: readonly string[],
): void {
  const fail = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
  if (arrivals === undefined && who?.count === undefined) {
    const users = who === undefined ? '`users` with a `count`' : '`users.count`';
    const message = `expected one arrival process by name (one of ${processes.join(', ')}), or ${users}, got nothing`;
    fail(['arrivals'], message);
  } else if (arrivals !== undefined && who?.count !== undefined) {
    fail(['users', 'count'], 'does not go with `arrivals`, by which users come: keep one');
  } else if (who !== undefined && who.count === undefined && who.leave === 0) {
    fail(['users', 'leave'], 'must be above 0 where users come by `arrivals`, or they would never leave');
  }
}
