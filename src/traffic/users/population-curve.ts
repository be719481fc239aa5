// When the number of users changes by one, along straight lines between points.
import type { UserCount } from '../../model/settings/users.ts';

export interface Step {
  readonly atUs: number;
  /** How many there are from then on. */
  readonly users: number;
}

/**
 * One step for each user who comes or goes, in the order of time, and one for each jump. A line that rises reaches the number n when the n-th
 * comes; one that falls leaves n when that one goes. Before the first point there is nobody, after the last one its number stays.
 */
export function* stepsOf(points: readonly UserCount[]): Generator<Step, void, undefined> {
  let before: UserCount | undefined;
  for (const point of points) {
    const { atUs, users } = point;
    if (before === undefined || before.atUs === atUs) {
      yield { atUs, users };
    } else {
      const perUser = (atUs - before.atUs) / Math.abs(users - before.users);
      const up = Math.sign(users - before.users);
      for (let n = before.users; n !== users; n += up) {
        const changed = Math.abs(n - before.users) + (up > 0 ? 1 : 0);
        yield { atUs: Math.round(before.atUs + changed * perUser), users: n + up };
      }
    }
    before = point;
  }
}
