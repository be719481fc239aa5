// Many comparisons at once: p-values that stay valid when the smallest of them are picked out.

/**
 * Adjusted p-values in the order of `values`: those of at most `alpha` may be rejected together, and the chance that any of the
 * rejections is wrong is at most `alpha`, whatever the tests have to do with each other. NaN, a test that could not be made, stays
 * NaN and does not count. Step-down Bonferroni: S. Holm, Scandinavian Journal of Statistics 6(2), 1979.
 */
export function holm(values: readonly number[]): number[] {
  const order = values
    .map((_, at) => at)
    .filter((at) => !Number.isNaN(values[at]))
    .sort((a, b) => values[a] - values[b]);
  const adjusted = values.map(() => NaN);
  let least = 0;
  for (const [rank, at] of order.entries()) {
    least = Math.max(least, Math.min(1, (order.length - rank) * values[at]));
    adjusted[at] = least;
  }
  return adjusted;
}
