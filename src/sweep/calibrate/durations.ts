// A measured or simulated distribution of durations: what share of them took how long.
import { InputError } from '../../lib/errors.ts';
import type { Histogram } from '../../metrics/histogram.ts';
import type { Weighted } from '../../statistics/ranked-score.ts';

export interface SharePoint {
  /** Above 0 and below 1. */
  readonly share: number;
  readonly seconds: number;
}

export interface Durations {
  /** Requests that were measured; undefined where nobody says. */
  readonly count: number | undefined;
  /** What is fitted: ascending in both. */
  readonly points: readonly SharePoint[];
  /** The whole of it, in seconds. */
  readonly weighted: Weighted;
}

/** Shares at which samples are fitted: the body of the distribution. Fewer values than `BEYOND` beyond one say little of it. */
const SHARES = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] as const;
const BEYOND = 10;
/** Values by which points are drawn out to a distribution. */
const DRAWN = 400;
/** Shares nearer to 0 or 1 are what a few requests did. */
const NEAREST = 0.005;
/** Fewer say nothing of two parameters. */
export const LEAST_POINTS = 3;

export function ofHistogram(histogram: Histogram): Durations {
  const { count } = histogram;
  const shares = SHARES.filter((share) => Math.min(share, 1 - share) * count >= BEYOND);
  const seconds = secondsAt(histogram, shares);
  return {
    count,
    points: shares.flatMap((share, at) => (seconds[at] > 0 ? [{ share, seconds: seconds[at] }] : [])),
    weighted: weightedOf(histogram),
  };
}

/** Quantiles, or the bounds of buckets and the shares up to them: straight between them on a logarithmic scale. Throws an InputError for points that fall. */
export function ofShares(points: readonly SharePoint[], count: number | undefined): Durations {
  const sorted = points.toSorted((a, b) => a.share - b.share || a.seconds - b.seconds);
  const falls = sorted.findIndex((one, at) => at > 0 && one.seconds < sorted[at - 1].seconds);
  if (falls !== -1) {
    const { share, seconds } = sorted[falls];
    throw new InputError(`the quantile ${share} is ${seconds} s, less than a lower one`);
  }
  const told = sorted.filter(({ share }, at) => share !== sorted[at - 1]?.share);
  const values = told.length < 2 ? [] : Array.from({ length: DRAWN }, (_, at) => between(told, (at + 0.5) / DRAWN));
  return {
    count,
    points: told.filter(({ share }) => share >= NEAREST && share <= 1 - NEAREST),
    weighted: { values, weights: values.map(() => 1) },
  };
}

/** Beyond the ends the line goes on as between the last two. */
function between(points: readonly SharePoint[], share: number): number {
  const found = points.findIndex((one) => one.share >= share);
  const to = Math.max(1, found === -1 ? points.length - 1 : found);
  const [a, b] = [points[to - 1], points[to]];
  const part = (share - a.share) / (b.share - a.share);
  return Math.exp(Math.log(a.seconds) + part * (Math.log(b.seconds) - Math.log(a.seconds)));
}

/** Seconds at ascending shares; NaN where there are no values. */
export function secondsAt(histogram: Histogram, shares: readonly number[]): number[] {
  return histogram.quantiles(shares).map((us) => us / 1e6);
}

export function weightedOf(histogram: Histogram): Weighted {
  const buckets = histogram.buckets();
  return { values: buckets.map(({ upperUs }) => upperUs / 1e6), weights: buckets.map(({ count }) => count) };
}
