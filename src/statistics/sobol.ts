// What share of the variance of a result is due to which input: first-order and total indices.
import { quantile } from 'd3-array';
import { latinHypercube } from './designs.ts';
import { spreadOf } from './moments.ts';
import { below, type Uniform } from './uniform.ts';

/** Points at which the result is to be known, each of numbers above 0 and below 1. */
export interface SobolSample {
  readonly a: readonly (readonly number[])[];
  readonly b: readonly (readonly number[])[];
  /** By axis: the points of A with the coordinate of B on that axis. */
  readonly mixed: readonly (readonly (readonly number[])[])[];
}

/** The results at the points of a SobolSample. */
export interface SobolResults {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly mixed: readonly (readonly number[])[];
}

export interface SobolIndex {
  /** The share of variance that would go if the axis were fixed: of the axis alone. */
  readonly first: number;
  /** The share that would stay if all others were fixed: with all interactions. */
  readonly total: number;
}

export interface SobolInterval {
  readonly low: SobolIndex;
  readonly high: SobolIndex;
}

/** A and B are the two halves of a Latin hypercube of twice the axes, so that each axis is covered evenly: `count · (axes + 2)` points. */
export function sobolSample(axes: number, count: number, random: Uniform): SobolSample {
  const points = latinHypercube(2 * axes, count, random);
  const a = points.map((point) => point.slice(0, axes));
  const b = points.map((point) => point.slice(axes));
  const mixed = Array.from({ length: axes }, (_, axis) => a.map((point, at) => point.with(axis, b[at][axis])));
  return { a, b, mixed };
}

/**
 * One index per axis, NaN where nothing varies. Of the first order: A. Saltelli and others, Computer Physics Communications 181(2), 2010,
 * table 2 (b); total: M. Jansen, Computer Physics Communications 117(1–2), 1999, there (f). `rows` are the points to use, each as often
 * as it is in it; all, if left out.
 */
export function sobolIndices({ a, b, mixed }: SobolResults, rows = a.map((_, at) => at)): SobolIndex[] {
  const { mean, variance } = spreadOf(rows.flatMap((row) => [a[row], b[row]]));
  return mixed.map((own) => {
    if (variance === 0) return { first: NaN, total: NaN };
    let first = 0;
    let total = 0;
    for (const row of rows) {
      // Less the mean, which changes nothing of the expectation and much of the chance.
      first += (b[row] - mean) * (own[row] - a[row]);
      total += (a[row] - own[row]) ** 2;
    }
    const by = rows.length * variance;
    return { first: first / by, total: total / (2 * by) };
  });
}

/** 95 % intervals: the percentiles of the indices of points drawn again (G. Archer, A. Saltelli and I. Sobol, J. Stat. Comput. Simul. 58(2), 1997). */
export function sobolIntervals(results: SobolResults, random: Uniform, resamples = 500): SobolInterval[] {
  const count = results.a.length;
  const drawn = Array.from({ length: resamples }, () =>
    sobolIndices(
      results,
      Array.from({ length: count }, () => below(count, random)),
    ),
  );
  return results.mixed.map((_, axis) => {
    const at = (share: number): SobolIndex => ({
      first: quantile(drawn, share, (indices) => indices[axis].first) ?? NaN,
      total: quantile(drawn, share, (indices) => indices[axis].total) ?? NaN,
    });
    return { low: at(0.025), high: at(0.975) };
  });
}
