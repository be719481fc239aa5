// Rates at given times and what lies between them: the lines of a curve, as scenarios write it.
import { z } from 'zod';
import { duration, MAX_PER_SECOND, rate } from '../../lib/units.ts';
import type { Line } from './rate-curve.ts';

export const point = z.strictObject({ at: duration, rate });

export interface Point {
  /** In microseconds. */
  readonly at: number;
  readonly rate: number;
}

/** Straight lines from point to point; two points at the same time are a jump. */
export function linesBetween(points: readonly Point[]): Line[] {
  return points.slice(1).flatMap(({ at, rate }, i) => {
    const before = points[i];
    return at === before.at ? [] : [{ fromUs: before.at, toUs: at, from: before.rate, to: rate }];
  });
}

/** Each point's rate until the next one; the last one's until `endUs`. */
export function levelsOf(points: readonly Point[], endUs = Number.POSITIVE_INFINITY): Line[] {
  return points.map(({ at, rate }, i) => ({
    fromUs: at,
    toUs: i + 1 < points.length ? points[i + 1].at : endUs,
    from: rate,
    to: rate,
  }));
}

export function inOrder(points: readonly Point[]): boolean {
  return points.every(({ at }, i) => i === 0 || at >= points[i - 1].at);
}

/** Whether so many per second are no more than a scenario may ask for. */
export function possible(perSecond: number): boolean {
  return perSecond <= MAX_PER_SECOND;
}
