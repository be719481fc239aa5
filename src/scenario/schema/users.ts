// `traffic[].users`: users who wait for an answer, think, and send the next request.
import { z } from 'zod';
import { distribution, movingDistribution } from '../../lib/distribution.ts';
import { duration } from '../../lib/units.ts';
import { didYouMean } from '../../lib/suggest.ts';
import type { SessionPage, UsersSpec } from '../../model/settings/users.ts';
import { count, field, ratio, someAmount, someCount, text } from './field.ts';

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
    session: field(
      z.union([
        z.array(text).min(1),
        z.strictObject({
          start: field(text, 'The class of the first request.'),
          next: field(
            z.record(z.string(), z.record(z.string(), someAmount)),
            'By class: what follows an answer of it, by weight: another class, the same one, or `leave`. A class that is not named ends the session.',
          ),
        }),
      ]),
      'The path of a user through `classes`: a list, at whose end users leave, or a chain `{ start, next }` of what follows what. Who got no answer tries the same again. Without it, each request is of a class by weight.',
    ).optional(),
    away: field(
      distribution,
      'With `count`: how long the place of one who has left stays empty, until somebody else sends a first request. Default: as long as one thinks.',
    ).optional(),
  })
  .transform(({ count: given, think, leave, leaveAfterFailure = leave, away = think, session }) => ({
    count:
      typeof given === 'number'
        ? [{ atUs: 0, users: given }]
        : given?.map(({ at, users: there }) => ({ atUs: at, users: there })),
    think,
    leave,
    leaveAfterFailure,
    away,
    session,
  }));

type Session = NonNullable<z.output<typeof users>['session']>;

/** Once it is known which classes the source has. */
export function usersOf(
  { session, ...rest }: z.output<typeof users>,
  classes: readonly { readonly name: string }[],
): UsersSpec {
  return session === undefined ? rest : { ...rest, session: sessionOf(session, classes) };
}

/** The pages of a session: those of a list one after the other, those of a chain by class. Names must be of the source's classes. */
function sessionOf(session: Session, classes: readonly { readonly name: string }[]): SessionPage[] {
  const names = classes.map(({ name }) => name);
  if (Array.isArray(session)) {
    return session.map((name, page) => ({
      requestClass: names.indexOf(name),
      next: page + 1 < session.length ? [{ page: page + 1, weight: 1 }] : [],
      leave: page + 1 < session.length ? 0 : 1,
    }));
  }
  const { start, next } = session;
  const order = [start, ...names.filter((name) => name !== start)];
  return order.map((name) => {
    const { leave, ...others } = next[name] ?? { leave: 1 };
    const pages = Object.entries(others).map(([other, weight]) => ({ page: order.indexOf(other), weight }));
    return { requestClass: names.indexOf(name), next: pages, leave: leave ?? 0 };
  });
}

/** The most users that there are at a time. */
export function mostUsers(points: NonNullable<UsersSpec['count']>): number {
  return Math.max(1, ...points.map(({ users: there }) => there));
}

interface Source {
  readonly arrivals?: unknown;
  readonly classes?: readonly { readonly name: string; readonly weight: number }[] | undefined;
  readonly users?: z.output<typeof users> | undefined;
}

/** Whether it is said when requests are sent: by arrivals, by so many users, or by users who come with arrivals. */
export function checkUsers(
  { arrivals, users: who, classes = [] }: Source,
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
  } else if (who !== undefined && who.count === undefined && who.leave === 0 && who.session === undefined) {
    fail(['users', 'leave'], 'must be above 0 where users come by `arrivals`, or they would never leave');
  }
  const names = classes.map(({ name }) => name);
  for (const [index, { name }] of classes.entries()) {
    const path = ['classes', index, 'name'];
    if (name === LEAVE) context.addIssue({ code: 'custom', path, message: 'is what ends a session: use another name' });
    if (names.indexOf(name) !== index) context.addIssue({ code: 'custom', path, message: `duplicate "${name}"` });
  }
  if (classes.length > 0 && who?.session === undefined && classes.every(({ weight }) => weight === 0)) {
    fail(['classes'], 'have no weight, one at least must be above 0');
  }
  for (const [path, name] of who?.session === undefined ? [] : namesOf(who.session)) {
    if (names.includes(name)) continue;
    const known = names.length === 0 ? 'the source has no `classes`' : `expected one of ${names.join(', ')}`;
    const message = `there is no class "${name}", ${known}${didYouMean(name, names)}`;
    context.addIssue({ code: 'custom', path: ['users', 'session', ...path], message });
  }
}

const LEAVE = 'leave';

/** Every class that a session names, and where. */
function namesOf(session: Session): [path: (string | number)[], name: string][] {
  if (Array.isArray(session)) return session.map((name, index) => [[index], name]);
  const { start, next } = session;
  const followed = Object.entries(next).flatMap(([name, others]): [string[], string][] => [
    [['next', name], name],
    ...Object.keys(others)
      .filter((other) => other !== LEAVE)
      .map((other): [string[], string] => [['next', name, other], other]),
  ]);
  return [[['start'], start], ...followed];
}
