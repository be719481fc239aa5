// Which inputs matter, in few runs: the effects of changing one at a time, from many places.
import { spreadOf } from './moments.ts';
import { below, permutation, type Uniform } from './uniform.ts';

const LEVELS = 4;
const STEP = LEVELS / (2 * (LEVELS - 1));

/** One way through the cube: each point differs from the one before on one axis. */
export interface Trajectory {
  /** One more than there are axes, each of numbers from 0 to 1 in thirds. */
  readonly points: readonly (readonly number[])[];
  /** The axis on which point i + 1 differs from point i. */
  readonly order: readonly number[];
}

/** What changing one axis does: the change of the result by the change of the axis, from its one end to its other one. */
export interface Elementary {
  /** Mean. Near 0 where effects of both signs cancel out. */
  readonly mu: number;
  /** Mean of the absolute values: how much the axis matters (F. Campolongo and others, Environmental Modelling & Software 22(10), 2007). */
  readonly muStar: number;
  /** Standard deviation: whether the effect depends on where it is, because it is not linear or there are interactions. */
  readonly sigma: number;
}

/** Random ways, on a grid of four levels with steps of two thirds (M. Morris, Technometrics 33(2), 1991). */
export function trajectories(axes: number, count: number, random: Uniform): Trajectory[] {
  return Array.from({ length: count }, () => {
    // The step up stays within the cube from the lower two levels, the step down from the upper two.
    const start = Array.from({ length: axes }, () => below(LEVELS, random) / (LEVELS - 1));
    const order = permutation(axes, random);
    const points = [start];
    for (const axis of order) {
      const last = points[points.length - 1];
      points.push(last.with(axis, last[axis] < 0.5 ? last[axis] + STEP : last[axis] - STEP));
    }
    return { points, order };
  });
}

/** Of the effects of one axis, at least one. */
export function elementary(effects: readonly number[]): Elementary {
  const { mean, variance } = spreadOf(effects);
  return { mu: mean, muStar: spreadOf(effects.map(Math.abs)).mean, sigma: Math.sqrt(variance) };
}
