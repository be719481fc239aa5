// Users over time: the rows of users.csv.
import type { Row } from '../metrics/catalogue.ts';
import type { Traffic } from '../traffic/traffic.ts';

type Totals = Pick<Row<'users'>, 'users_came' | 'users_left' | 'users_gave_up'>;

export class UserHistory {
  readonly rows: Row<'users'>[] = [];
  readonly #traffic: Traffic;
  /** By source. */
  readonly #before = new Map<number, Totals>();

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const { users, sources } = this.#traffic;
    for (const [source, population] of users?.populations.entries() ?? []) {
      if (population === undefined) continue;
      const { came, left, gaveUp } = population;
      const before = this.#before.get(source) ?? { users_came: 0, users_left: 0, users_gave_up: 0 };
      this.#before.set(source, { users_came: came, users_left: left, users_gave_up: gaveUp });
      this.rows.push({
        time_seconds,
        source: sources[source].name,
        users_thinking: population.thinking,
        users_waiting: population.waiting,
        users_came: came - before.users_came,
        users_left: left - before.users_left,
        users_gave_up: gaveUp - before.users_gave_up,
      });
    }
  }
}
