// What was counted during a part of a run, the sum of several parts, and figures with standard errors out of them.
import { variance } from 'd3-array';

/** An estimate with its standard error. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** Sums by name, and histograms by name: from a value to its weight. */
export class Sample {
  readonly sums = new Map<string, number>();
  readonly histograms = new Map<string, Map<number, number>>();

  add(name: string, amount: number): void {
    this.sums.set(name, this.sum(name) + amount);
  }

  sum(name: string): number {
    return this.sums.get(name) ?? 0;
  }

  /** Adds a weight to a value of a histogram. */
  count(name: string, value: number, weight: number): void {
    const histogram = this.histogram(name);
    histogram.set(value, (histogram.get(value) ?? 0) + weight);
  }

  histogram(name: string): Map<number, number> {
    let histogram = this.histograms.get(name);
    if (histogram === undefined) {
      histogram = new Map();
      this.histograms.set(name, histogram);
    }
    return histogram;
  }

  /** Adds another sample, or with `sign` -1 takes it out again. */
  merge(other: Sample, sign = 1): this {
    for (const [name, amount] of other.sums) this.add(name, sign * amount);
    for (const [name, histogram] of other.histograms) {
      const own = this.histogram(name);
      for (const [value, weight] of histogram) own.set(value, (own.get(value) ?? 0) + sign * weight);
    }
    return this;
  }
}

/** A figure of a sample, in the units in which theory has it. */
export type Figure = (sample: Sample) => number;

/**
 * The figure of all batches together, and its standard error by the grouped jackknife: from how the figure changes when a
 * batch is left out (Efron and Tibshirani, An Introduction to the Bootstrap, ch. 11). For a mean it is that of batch means.
 */
export function estimate(batches: readonly Sample[], figure: Figure): Estimate {
  return estimates(batches, [figure])[0];
}

/** The same for several figures, each batch left out once for all of them. */
export function estimates(batches: readonly Sample[], figures: readonly Figure[]): Estimate[] {
  const all = new Sample();
  for (const batch of batches) all.merge(batch);
  const without = batches.map((batch) => {
    all.merge(batch, -1);
    const values = figures.map((figure) => figure(all));
    all.merge(batch);
    return values;
  });
  const count = batches.length;
  return figures.map((figure, i) => ({
    value: figure(all),
    error: ((count - 1) / Math.sqrt(count)) * Math.sqrt(variance(without, (values) => values[i]) ?? 0),
  }));
}

/**
 * The same for a mean whose noise comes from quantities of known mean: what these were off by is taken out by least squares
 * over the batches (control variates: Law, Simulation Modeling and Analysis, 11.4).
 */
export function controlled(
  batches: readonly Sample[],
  figure: Figure,
  controls: readonly { readonly figure: Figure; readonly mean: number }[],
): Estimate {
  const count = batches.length;
  const rows = batches.map((batch) => [1, ...controls.map((one) => one.figure(batch) - one.mean)]);
  const values = batches.map(figure);
  const width = rows[0].length;
  // Normal equations, solved together with the first column of their inverse, which holds the variance of the intercept.
  const system = Array.from({ length: width }, (_, i) => [
    ...Array.from({ length: width }, (_unused, j) => rows.reduce((total, row) => total + row[i] * row[j], 0)),
    rows.reduce((total, row, k) => total + row[i] * values[k], 0),
    i === 0 ? 1 : 0,
  ]);
  for (let pivot = 0; pivot < width; pivot += 1) {
    const scale = system[pivot][pivot];
    system[pivot] = system[pivot].map((entry) => entry / scale);
    for (let i = 0; i < width; i += 1) {
      const factor = system[i][pivot];
      if (i !== pivot) system[i] = system[i].map((entry, j) => entry - factor * system[pivot][j]);
    }
  }
  const fitted = system.map((row) => row[width]);
  const residuals = rows.map((row, k) => values[k] - row.reduce((total, entry, i) => total + entry * fitted[i], 0));
  const spread = residuals.reduce((total, one) => total + one * one, 0) / (count - width);
  return { value: fitted[0], error: Math.sqrt(spread * system[0][width + 1]) };
}

/** The mean of a histogram over its values, each by a function of it. */
export function meanOver(histogram: ReadonlyMap<number, number>, of: (value: number) => number): number {
  let total = 0;
  let sum = 0;
  for (const [value, weight] of histogram) {
    total += weight;
    sum += weight * of(value);
  }
  return sum / total;
}

/** A quantile of durations that are kept by the upper bounds of the buckets of `Histogram`, between the bounds in proportion. */
export function quantileUs(histogram: ReadonlyMap<number, number>, q: number): number {
  const buckets = [...histogram].filter(([, weight]) => weight > 0).sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, weight]) => sum + weight, 0);
  let before = 0;
  for (const [upperUs, weight] of buckets) {
    if (before + weight >= q * total) {
      if (upperUs === 0) return 0;
      const low = lowerUs(upperUs);
      return low + ((q * total - before) / weight) * (upperUs + 1 - low);
    }
    before += weight;
  }
  return buckets.at(-1)?.[0] ?? Number.NaN;
}

/** The lower bound of the bucket that ends with a whole number of microseconds: there are 128 to the octave. */
function lowerUs(upperUs: number): number {
  return upperUs + 1 - Math.max(1, 2 ** (Math.ceil(Math.log2(upperUs + 1)) - 1) / 128);
}
