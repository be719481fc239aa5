// How often to sample when there are many things to sample.

const NICE = [1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 60] as const;

/**
 * Every how many intervals a table with one row per thing is sampled, so that it stays within `maxRows` rows: the least of
 * 1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 60 and the multiples of 60 that suffices.
 */
export function thinning(things: number, intervals: number, maxRows = 200_000): number {
  const least = Math.max(1, Math.ceil((things * intervals) / maxRows));
  return NICE.find((multiple) => multiple >= least) ?? Math.ceil(least / 60) * 60;
}
