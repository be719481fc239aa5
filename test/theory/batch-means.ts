// Batch means: how far a figure of one long run may be from the truth.
import { mean, sum, variance } from 'd3-array';

export interface Estimate {
  readonly value: number;
  /** Standard error of `value`. */
  readonly error: number;
}

/** An estimate from equally long batches, weighted by how much each holds; `value` where a better one than their mean is known. */
export function batchMeans(values: readonly number[], weights: readonly number[], value?: number): Estimate {
  const total = sum(weights);
  const weighted = sum(values, (one, i) => one * weights[i]) / total;
  const scaled = values.map((one, i) => ((one - weighted) * weights[i] * values.length) / total);
  const spread = (variance(scaled) ?? 0) + (mean(scaled) ?? 0) ** 2;
  return { value: value ?? weighted, error: Math.sqrt(spread / values.length) };
}

/** True when the estimate is within four standard errors of the truth. */
export function agrees({ value, error }: Estimate, truth: number): boolean {
  return Math.abs(value - truth) <= 4 * error;
}
