// Who is best how often: ranks of several alternatives, seed by seed.

/**
 * Mean rank of each alternative over the rows; 1 is the best, and alternatives that are equal share the mean of their ranks (M. Friedman, JASA 32(200), 1937).
 * `values` has a row for each seed, of one number per alternative.
 */
export function meanRanks(values: readonly (readonly number[])[], better: 'higher' | 'lower'): number[] {
  const alternatives = values.at(0)?.length ?? 0;
  const sums = Array.from({ length: alternatives }, () => 0);
  for (const row of values) {
    for (const [at, value] of row.entries()) {
      const ahead = row.filter((other) => (better === 'lower' ? other < value : other > value)).length;
      const equal = row.filter((other) => other === value).length;
      sums[at] += ahead + (equal + 1) / 2;
    }
  }
  return sums.map((sum) => sum / values.length);
}
