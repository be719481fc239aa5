// Parameters with which a model comes nearest to what was observed, where each look at the model costs a simulation.
import { backward, cholesky, forward } from './cholesky.ts';

export type Model = (parameters: readonly number[]) => readonly number[];

export interface LeastSquares {
  readonly parameters: readonly number[];
  /** What the model gives for them. */
  readonly values: readonly number[];
  /** The weighted sum of squared differences to what was observed. */
  readonly misfit: number;
}

export interface LeastSquaresOptions {
  /** Looks at most, without those for slopes. */
  readonly rounds?: number;
  /** A change of all parameters by less than this ends the search. */
  readonly precision?: number;
}

/** By which parameters are changed to see what that does. */
const STEP = 0.05;
/** No parameter is changed by more at once. */
const FARTHEST = 0.7;
const ROUNDS = 12;
const PRECISION = 2e-3;
const MOST_DAMPING = 1e5;

/**
 * K. Levenberg, Quarterly of Applied Mathematics 2(2), 1944, and D. Marquardt, Journal of the SIAM 11(2), 1963; the slopes are brought up to
 * date by C. G. Broyden's formula, Mathematics of Computation 19(92), 1965, and worked out again where a step has led nowhere.
 */
export function leastSquares(
  model: Model,
  observed: readonly number[],
  weights: readonly number[],
  start: readonly number[],
  { rounds = ROUNDS, precision = PRECISION }: LeastSquaresOptions = {},
): LeastSquares {
  let best = lookAt(model, observed, weights, start);
  let slopes = slopesAt(model, best);
  let fresh = true;
  let damping = 1e-3;
  for (let round = 0; round < rounds && damping < MOST_DAMPING; round += 1) {
    const rest = observed.map((value, at) => value - best.values[at]);
    const step = stepOf(slopes, weights, rest, damping);
    const next = lookAt(
      model,
      observed,
      weights,
      best.parameters.map((value, at) => value + step[at]),
    );
    const small = step.every((one) => Math.abs(one) < precision);
    if (next.misfit < best.misfit) {
      slopes = broyden(slopes, step, next.values, best.values);
      best = next;
      fresh = false;
      damping /= 5;
    } else if (fresh) damping *= 10;
    else {
      slopes = slopesAt(model, best);
      fresh = true;
    }
    if (small) break;
  }
  return best;
}

/** By parameter: how much each value of the model changes with it, at the parameters of a fit. */
export function slopesAt(model: Model, { parameters, values }: LeastSquares): number[][] {
  return parameters.map((_, changed) => {
    const there = model(parameters.map((value, at) => (at === changed ? value + STEP : value)));
    return there.map((value, at) => (value - values[at]) / STEP);
  });
}

/** The change of parameters that takes away most of `rest`, by the slopes; zeros where these say nothing. */
export function stepOf(
  slopes: readonly (readonly number[])[],
  weights: readonly number[],
  rest: readonly number[],
  damping = 0,
): number[] {
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, at) => sum + weights[at] * value * b[at], 0);
  const matrix = slopes.map((a, row) =>
    slopes.map((b, column) => product(a, b) * (row === column ? 1 + damping : 1) + (row === column ? 1e-12 : 0)),
  );
  const lower = cholesky(matrix);
  if (lower === undefined) return slopes.map(() => 0);
  const right = slopes.map((one) => product(one, rest));
  return backward(lower, forward(lower, right)).map((one) => Math.min(FARTHEST, Math.max(-FARTHEST, one)));
}

function lookAt(
  model: Model,
  observed: readonly number[],
  weights: readonly number[],
  parameters: readonly number[],
): LeastSquares {
  const values = model(parameters);
  const misfit = observed.reduce((sum, value, at) => sum + weights[at] * (value - values[at]) ** 2, 0);
  return { parameters, values, misfit };
}

function broyden(
  slopes: readonly (readonly number[])[],
  step: readonly number[],
  after: readonly number[],
  before: readonly number[],
): number[][] {
  const length = step.reduce((sum, one) => sum + one * one, 0);
  return slopes.map((own, parameter) =>
    own.map((slope, at) => {
      const foreseen = slopes.reduce((sum, one, other) => sum + one[at] * step[other], 0);
      return slope + ((after[at] - before[at] - foreseen) * step[parameter]) / length;
    }),
  );
}
