// A search on several axes: where a cheaper setting is most likely, by what is known of those that were run.
import { factorial, latinHypercube } from '../../statistics/designs.ts';
import { expectedImprovement, feasibility } from '../../statistics/expected-improvement.ts';
import { GaussianProcess, type Guess } from '../../statistics/gaussian-process.ts';
import { below, type Uniform } from '../../statistics/uniform.ts';
import type { Cost } from './cost.ts';
import { cheapest, keyOf, type Method } from './method.ts';
import type { Setting } from './setting.ts';

export interface BayesianOptions {
  /** How many values each axis has. */
  readonly levels: readonly number[];
  readonly cost: Cost;
  /** Settings that are run at most. */
  readonly budget: number;
  /** A stream of its own for each round, so that a round depends on what was run and not on how. */
  readonly chance: (round: string) => Uniform;
}

/** It is over when the expected saving is below this share of the range of costs. */
const ENOUGH = 0.005;
const MOST_CANDIDATES = 2000;

interface Next {
  readonly row: readonly number[];
  /** Of the cost, as a share of the range of costs that were seen; before a setting keeps the expectations, the probability that this one does. */
  readonly gain: number;
}

/**
 * Bayesian optimization: Gaussian processes for the cost and for the margin of each expectation, and next the setting of the greatest expected
 * improvement times the probability that it keeps all of them (J. Gardner and others, "Bayesian optimization with inequality
 * constraints", ICML 2014). Until one keeps them, the likeliest to do so. It begins with a Latin hypercube and the two corners.
 */
export function bayesian({ levels, cost, budget, chance }: BayesianOptions): Method {
  const place = (row: readonly number[]) =>
    row.map((level, axis) => (levels[axis] === 1 ? 0.5 : level / (levels[axis] - 1)));
  const all = levels.reduce((product, count) => product * count, 1);
  const candidates = (settings: readonly Setting[], random: Uniform): (readonly number[])[] => {
    const known = new Set(settings.map(({ row }) => keyOf(row)));
    const rows =
      all <= MOST_CANDIDATES
        ? factorial(levels)
        : [
            ...new Map(
              Array.from({ length: MOST_CANDIDATES }, () => levels.map((count) => below(count, random))).map((row) => [
                keyOf(row),
                row,
              ]),
            ).values(),
          ];
    return rows.filter((row) => !known.has(keyOf(row)));
  };
  const best = (settings: readonly Setting[]): Next | undefined => {
    const random = chance(`round ${settings.length}`);
    const left = candidates(settings, random);
    if (left.length === 0) return undefined;
    const points = settings.map(({ row }) => place(row));
    const margins = settings[0].margins.map(
      (_, at) =>
        new GaussianProcess(
          points,
          settings.map((one) => one.margins[at]),
          random,
        ),
    );
    const known = settings.filter((one) => !Number.isNaN(one.cost));
    const costs = known.map((one) => one.cost);
    const range = Math.max(...costs) - Math.min(...costs) || 1;
    const before = cost.before;
    const guessed =
      before === undefined
        ? new GaussianProcess(
            known.map(({ row }) => place(row)),
            costs,
            random,
          )
        : undefined;
    const costAt = (row: readonly number[]): Guess =>
      before === undefined
        ? (guessed?.at(place(row)) ?? { mean: NaN, deviation: 0 })
        : { mean: before(row), deviation: 0 };
    const least = cheapest(settings)?.cost;
    let found: Next | undefined;
    for (const row of left) {
      const keeps = feasibility(margins.map((margin) => margin.at(place(row))));
      const gain = least === undefined ? keeps : (expectedImprovement(costAt(row), least) / range) * keeps;
      if (found === undefined || gain > found.gain) found = { row, gain };
    }
    return found;
  };
  return {
    name: 'bayesian',
    first() {
      const count = Math.min(budget, all, 3 * levels.length + 2);
      const corners = [levels.map((one) => one - 1), levels.map(() => 0)];
      const spread = latinHypercube(levels.length, count, chance('first')).map((point) =>
        point.map((share, axis) => Math.floor(share * levels[axis])),
      );
      return [...new Map([...corners, ...spread].map((row) => [keyOf(row), row])).values()].slice(0, count);
    },
    next(settings) {
      if (settings.length >= budget) return undefined;
      const found = best(settings);
      if (found === undefined) return undefined;
      return cheapest(settings) !== undefined && found.gain < ENOUGH ? undefined : found.row;
    },
    remarks(settings) {
      if (settings.length >= all) return ['Every setting was run.'];
      const saving = best(settings)?.gain ?? 0;
      const left = `${all - settings.length} of ${all} settings were not run`;
      if (cheapest(settings) === undefined)
        return [
          `${left}; the likeliest of them keeps the expectations with probability ${(100 * saving).toPrecision(2)} %.`,
        ];
      return [
        `${left}; the best of them is expected to save ${(100 * saving).toPrecision(2)} % of the range of costs.`,
        ...(settings.length >= budget && saving >= ENOUGH
          ? ['More is likely to be found with a greater --budget.']
          : []),
      ];
    },
  };
}
