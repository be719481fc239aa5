// A guess at a function between the points where it is known, with how sure it is.
import { backward, cholesky, forward } from './cholesky.ts';
import { spreadOf } from './moments.ts';
import type { Uniform } from './uniform.ts';

export interface Guess {
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
}

/** How smooth the function is taken to be: of the values in units of their standard deviation. */
export interface Kernel {
  /** By axis: the distance, of an axis from 0 to 1, over which values have to do with each other. */
  readonly lengths: readonly number[];
  /** Variance of what is not a function of the point: chance. */
  readonly noise: number;
}

const STARTS = 24;
const ROUNDS = 3;
const LENGTHS = { least: 0.05, most: 5 };
const NOISES = { least: 1e-6, most: 0.5 };

/**
 * A Gaussian process with a constant mean and Matérn's covariance of smoothness 5/2, one length for each axis, fitted by its
 * likelihood (C. Rasmussen and C. Williams, Gaussian Processes for Machine Learning, 2006: algorithm 2.1, equations 4.17 and 5.8).
 */
export class GaussianProcess {
  readonly kernel: Kernel;
  readonly #points: readonly (readonly number[])[];
  readonly #mean: number;
  readonly #scale: number;
  readonly #lower: readonly (readonly number[])[];
  readonly #weights: readonly number[];

  /** `points` have numbers from 0 to 1; at least one. */
  constructor(points: readonly (readonly number[])[], values: readonly number[], random: Uniform) {
    const { mean, variance } = spreadOf(values);
    this.#points = points;
    this.#mean = mean;
    this.#scale = variance === 0 ? 1 : Math.sqrt(variance);
    const drawn = values.map((value) => (value - mean) / this.#scale);
    const fitted = fit(points, drawn, random);
    this.kernel = fitted.kernel;
    this.#lower = fitted.lower;
    this.#weights = backward(fitted.lower, forward(fitted.lower, drawn));
  }

  /** Of the function itself at a point, without the noise of a measurement. */
  at(point: readonly number[]): Guess {
    const near = this.#points.map((other) => covariance(point, other, this.kernel.lengths));
    const mean = near.reduce((sum, one, at) => sum + one * this.#weights[at], 0);
    const known = forward(this.#lower, near).reduce((sum, one) => sum + one * one, 0);
    return {
      mean: this.#mean + this.#scale * mean,
      deviation: this.#scale * Math.sqrt(Math.max(0, 1 - known)),
    };
  }
}

interface Fitted {
  readonly kernel: Kernel;
  readonly lower: readonly (readonly number[])[];
  readonly likelihood: number;
}

/** The likeliest of some random kernels, made likelier axis by axis. */
function fit(points: readonly (readonly number[])[], values: readonly number[], random: Uniform): Fitted {
  const axes = points[0].length;
  const between = ({ least, most }: { least: number; most: number }, share: number) =>
    least * Math.exp(share * Math.log(most / least));
  let best = likelihoodOf(points, values, { lengths: Array<number>(axes).fill(0.5), noise: 1e-2 });
  for (let start = 0; start < STARTS; start += 1) {
    const lengths = Array.from({ length: axes }, () => between(LENGTHS, random()));
    best = better(best, likelihoodOf(points, values, { lengths, noise: between(NOISES, random()) }));
  }
  for (let factor = 2, round = 0; round < ROUNDS; round += 1, factor = Math.sqrt(factor)) {
    for (const by of [factor, 1 / factor]) {
      for (let axis = 0; axis < axes; axis += 1) {
        const length = Math.min(LENGTHS.most, Math.max(LENGTHS.least, best.kernel.lengths[axis] * by));
        const lengths = best.kernel.lengths.with(axis, length);
        best = better(best, likelihoodOf(points, values, { ...best.kernel, lengths }));
      }
      const noise = Math.min(NOISES.most, Math.max(NOISES.least, best.kernel.noise * by * by));
      best = better(best, likelihoodOf(points, values, { ...best.kernel, noise }));
    }
  }
  return best;
}

function better(one: Fitted, other: Fitted): Fitted {
  return other.likelihood > one.likelihood ? other : one;
}

/** The logarithm of the marginal likelihood, but for a constant. */
function likelihoodOf(points: readonly (readonly number[])[], values: readonly number[], kernel: Kernel): Fitted {
  const matrix = points.map((point, row) =>
    points.slice(0, row + 1).map((other, column) => {
      const own = covariance(point, other, kernel.lengths);
      return row === column ? own + kernel.noise : own;
    }),
  );
  const lower = cholesky(matrix);
  // Points that are all but the same, without noise.
  if (lower === undefined) return { kernel, lower: [], likelihood: -Infinity };
  const fitted = forward(lower, values).reduce((sum, one) => sum + one * one, 0);
  const volume = lower.reduce((sum, row, at) => sum + Math.log(row[at]), 0);
  return { kernel, lower, likelihood: -fitted / 2 - volume };
}

/** Matérn 5/2: (1 + √5 r + 5 r²/3) e^(−√5 r). */
function covariance(a: readonly number[], b: readonly number[], lengths: readonly number[]): number {
  let squares = 0;
  for (let axis = 0; axis < a.length; axis += 1) squares += ((a[axis] - b[axis]) / lengths[axis]) ** 2;
  const far = Math.sqrt(5 * squares);
  return (1 + far + (far * far) / 3) * Math.exp(-far);
}
