// Overloaded API servers with priority and fairness: limits of the levels, borrowing, Retry-After, and what the flows of a flood get.
import { describe, test } from 'vitest';
import { adjusted, type Demand } from '../../src/api/flow-control/borrowing.ts';
import { suggestedLevels, suggestedSchemas } from '../../src/api/flow-control/default-configuration.ts';
import { EXEMPT } from '../../src/api/flow-control/objects.ts';
import { PriorityLevels } from '../../src/api/flow-control/priority-levels.ts';
import { RetryAfter } from '../../src/api/flow-control/retry-after.ts';
import { agree, difference } from './harness.ts';
import { compared } from './overload/compare.ts';
import { labLevels, labSchemas } from './overload/laboratory.ts';
import { type Levels, linesOf, OVERLOAD, recordings } from './overload/recording.ts';

/** `--max-requests-inflight=20`, `--max-mutating-requests-inflight=10`. */
const SERVER_SEATS = 30;
/** The drops of a second of the recording came somewhere within it: seconds by which they are tried earlier or later. */
const SHIFTS = [0, 0.25, -0.25, 0.5, -0.5];
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

  test('what Retry-After says while requests are dropped as they were', () => {
    const runs = found.flatMap((one) => Array.from({ length: one.runs }, (_, index) => ({ one, run: index + 1 })));
    const dropping = runs.filter(({ one, run }) => Object.keys(toldIn(one.figures, run)).length > 0);
    agree(`${OVERLOAD} Retry-After`, dropping, ({ one, run }) => {
      const told = toldIn(one.figures, run);
      // What a level said before the flood is not recorded: its first drop lets it fall by one to something that it was told to say.
      const expected = Object.keys(told).map(Number);
      const tries = expected
        .flatMap((first) => SHIFTS.map((shift) => ({ first, shift })))
        .map(({ first, shift }) => {
          const retryAfter = new RetryAfter(first === 1 ? 1 : first + 1);
          const counts: Record<number, number> = {};
          for (const second of dropsOf(linesOf(one, run), shift)) {
            const seconds = retryAfter.drop(second);
            counts[seconds] = (counts[seconds] ?? 0) + 1;
          }
          return isLike(told, counts) ? undefined : `${JSON.stringify(told)}, here ${JSON.stringify(counts)}`;
        });
      return tries.includes(undefined) ? undefined : tries[0];
    });
  });

  test('who gets what of a flood', { timeout: 120_000 }, () => {
    agree(`${OVERLOAD} figures`, found.flatMap(compared), ({ expected, actual, isRight }) =>
      isRight ? undefined : `expected ${expected}, got ${actual}`,
    );
  });
});

/** By its seconds, how often Retry-After said so in a run, in all flows of the level. */
function toldIn(figures: (typeof found)[number]['figures'], run: number): Record<number, number> {
  const told: Record<number, number> = {};
  for (const [path, { values }] of Object.entries(figures)) {
    if (!path.endsWith('/retry_after')) continue;
    const counts = (values[run - 1] ?? {}) as Record<string, number>;
    for (const [seconds, count] of Object.entries(counts)) told[Number(seconds)] = (told[Number(seconds)] ?? 0) + count;
  }
  return told;
}

/** The same values, each as often but for drops on the edge of a second: of those the recording has only their number in each second of its own. */
function isLike(told: Readonly<Record<number, number>>, counts: Readonly<Record<number, number>>): boolean {
  return (
    difference(Object.keys(told), Object.keys(counts)) === undefined &&
    Object.keys(told).every((seconds) => Math.abs(told[Number(seconds)] - counts[Number(seconds)]) <= 40)
  );
}

/** The second of the clock of days of each drop. Those of one second of the recording are spread over it. */
function dropsOf(lines: ReturnType<typeof linesOf>, shift: number): number[] {
  const begin = Date.parse(lines[0].t0_utc ?? '') / 1000 + shift;
  const drops = lines
    .filter(({ k, out }) => k === 'flood' && out === '429')
    .flatMap(({ t = 0, n = 0, mean = 0 }) =>
      Array.from({ length: n }, (_, i) => begin + (t + mean) / 1000 + (n === 1 ? 0 : (i + 0.5) / n)),
    );
  return drops.toSorted((a, b) => a - b).map(Math.floor);
}

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
