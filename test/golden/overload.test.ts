// Overloaded API servers with priority and fairness: limits of the levels, borrowing, Retry-After, and what the flows of a flood get.
import { describe, test } from 'vitest';
import { adjusted, type Demand } from '../../src/api/flow-control/borrowing.ts';
import { suggestedLevels, suggestedSchemas } from '../../src/api/flow-control/default-configuration.ts';
import { EXEMPT } from '../../src/api/flow-control/objects.ts';
import { PriorityLevels } from '../../src/api/flow-control/priority-levels.ts';
import { agree, difference } from './harness.ts';
import { labLevels, labSchemas } from './overload/laboratory.ts';
import { type Levels, OVERLOAD, recordings } from './overload/recording.ts';

/** `--max-requests-inflight=20`, `--max-mutating-requests-inflight=10`. */
const SERVER_SEATS = 30;
const found = recordings();

describe.skipIf(found.length === 0)(OVERLOAD, () => {
  const snapshots = found.flatMap(({ setup }) => [setup.levels_before_the_flood, ...setup.limits_during.flat()]);

  test('seats that a level has, lends at most and borrows at most', () => {
    const host = { now: 0, dispatched: () => undefined, lingers: () => undefined };
    const levels = new PriorityLevels(host, SERVER_SEATS);
    levels.configure([...suggestedLevels, ...labLevels], [...suggestedSchemas, ...labSchemas]);
    const records = snapshots.flatMap((snapshot) => Object.entries(snapshot));
    agree(`${OVERLOAD} limits of levels`, records, ([name, gauges]) => {
      const { nominal, lower, upper } = levels.get(name)?.limits ?? { nominal: -1, lower: -1, upper: -1 };
      const { nominal_limit_seats, lower_limit_seats, upper_limit_seats } = gauges;
      return difference([nominal_limit_seats, lower_limit_seats, upper_limit_seats], [nominal, lower, upper]);
    });
  });

  test('seats after an adjustment, from what was wanted before it', () => {
    agree(`${OVERLOAD} borrowing`, snapshots, (snapshot) => {
      const expected = Object.values(snapshot).map(({ current_limit_seats: seats }) => seats);
      return difference(expected, adjusted(demandsOf(snapshot)));
    });
  });
});

function demandsOf(levels: Levels): Demand[] {
  return Object.entries(levels).map(([name, gauges]) => ({
    exempt: name === EXEMPT,
    nominal: gauges.nominal_limit_seats,
    lower: gauges.lower_limit_seats,
    upper: gauges.upper_limit_seats,
    highWatermark: gauges.demand_seats_high_watermark,
    smoothed: gauges.demand_seats_smoothed,
    seats: gauges.current_limit_seats,
  }));
}
