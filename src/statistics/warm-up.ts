// How much of the beginning of a run to leave out of means: where what follows no longer changes by itself.
import { spreadOf } from './moments.ts';

/** Values whose mean is one of the series that is looked at. */
export const BATCH = 5;
/** Fewer batches than this show nothing. */
const LEAST_BATCHES = 10;

export interface WarmUp {
  /** Values at the start that belong to the warm-up: a multiple of five. */
  readonly leaveOut: number;
  /** Whether there is a steady state in sight: the point found is in the first half. */
  readonly settled: boolean;
}

/**
 * MSER-5: the means of five consecutive values each, and the point after which their mean has the least standard error
 * (K. P. White, Simulation 69(6), 1997; in batches: K. P. White, M. J. Cobb and S. C. Spratt, Winter Simulation Conference 2000).
 * A point in the second half says that the run is too short to tell. Undefined for fewer than fifty values.
 */
export function warmUpOf(values: readonly number[]): WarmUp | undefined {
  const count = Math.floor(values.length / BATCH);
  if (count < LEAST_BATCHES) return undefined;
  const means = Array.from({ length: count }, (_, at) => {
    const own = values.slice(at * BATCH, (at + 1) * BATCH);
    return own.reduce((sum, value) => sum + value, 0) / BATCH;
  });
  let best = 0;
  let least = Infinity;
  // The last five batches are too few to have a variance of their own.
  for (let from = 0; from <= count - BATCH; from += 1) {
    const rest = means.slice(from);
    const error = (spreadOf(rest).variance * (rest.length - 1)) / rest.length ** 2;
    if (error < least) [best, least] = [from, error];
  }
  return { leaveOut: best * BATCH, settled: best <= count / 2 };
}
