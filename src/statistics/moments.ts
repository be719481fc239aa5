// Mean and variance of a sample.

export interface Spread {
  readonly mean: number;
  /** Of the population, estimated: the sum of squares by n − 1. 0 for fewer than two values, and for equal ones. */
  readonly variance: number;
}

/** In two passes, so that equal values have no variance. */
export function spreadOf(values: readonly number[]): Spread {
  const [first] = values;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.every((value) => value === first)) return { mean: first ?? NaN, variance: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}
