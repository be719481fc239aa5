// Hot dialect: independent arrivals at a rate that moves along straight lines and jumps between them.
import type { ArrivalContext, Arrivals } from './arrivals.ts';

/** From `fromUs` to `toUs` the rate goes straight from `from` to `to`, both per second. Only a level line may have no end. */
export interface Line {
  readonly fromUs: number;
  readonly toUs: number;
  readonly from: number;
  readonly to: number;
}

/**
 * A Poisson process along lines that follow each other without gaps; there are no arrivals before the first, and none
 * after the last, or all lines again after `periodUs`. By inversion: the area under the rate between two arrivals is
 * exponential with mean 1 (Çınlar 1975), and the area under a line is a square that can be solved. So nothing is
 * drawn in vain, however high a peak is.
 */
export function alongLines(
  lines: readonly Line[],
  { random, startUs }: ArrivalContext,
  periodUs = Number.POSITIVE_INFINITY,
): Arrivals {
  const count = lines.length;
  const begins = Float64Array.from(lines, ({ fromUs }) => fromUs);
  const ends = Float64Array.from(lines, ({ toUs }) => toUs);
  const perUs = Float64Array.from(lines, ({ from }) => from / 1e6);
  const slopes = Float64Array.from(lines, ({ fromUs, toUs, from, to }) =>
    from === to ? 0 : (to - from) / 1e6 / (toUs - fromUs),
  );
  const repeats = periodUs < Number.POSITIVE_INFINITY && lines.some(({ from, to }) => from > 0 || to > 0);
  let offsetUs = repeats ? Math.floor((startUs - begins[0]) / periodUs) * periodUs : 0;
  let line = 0;
  while (line < count && offsetUs + ends[line] <= startUs) line += 1;
  let timeUs = line < count ? Math.max(startUs, offsetUs + begins[line]) : startUs;
  return {
    next() {
      let left = random.exponential();
      for (;;) {
        if (line === count) {
          if (!repeats) return Number.POSITIVE_INFINITY;
          line = 0;
          offsetUs += periodUs;
        }
        const endUs = offsetUs + ends[line];
        const slope = slopes[line];
        if (slope === 0) {
          const atUs = perUs[line] === 0 ? Number.POSITIVE_INFINITY : timeUs + left / perUs[line];
          if (atUs <= endUs) {
            timeUs = atUs;
            return atUs;
          }
          left -= (endUs - timeUs) * perUs[line];
        } else {
          const lengthUs = endUs - timeUs;
          const now = Math.max(0, perUs[line] + slope * (timeUs - offsetUs - begins[line]));
          const area = (now + (slope * lengthUs) / 2) * lengthUs;
          if (left <= area) {
            // Of the root's two forms this one loses no digits where the line is nearly level.
            const root = Math.sqrt(Math.max(0, now * now + 2 * slope * left));
            timeUs = left === 0 ? timeUs : Math.min(endUs, timeUs + (2 * left) / (now + root));
            return timeUs;
          }
          left -= area;
        }
        timeUs = endUs;
        line += 1;
      }
    },
    rateAt(atUs) {
      const turnUs = repeats ? Math.floor((atUs - begins[0]) / periodUs) * periodUs : 0;
      const at = lineAt(begins, ends, atUs - turnUs);
      return at < 0 ? 0 : 1e6 * Math.max(0, perUs[at] + slopes[at] * (atUs - turnUs - begins[at]));
    },
    changesAfter(atUs) {
      const turnUs = repeats ? Math.floor((atUs - begins[0]) / periodUs) * periodUs : 0;
      for (let at = 0; at < count; at += 1) {
        if (turnUs + begins[at] > atUs) return turnUs + begins[at];
        if (turnUs + ends[at] > atUs) return turnUs + ends[at];
      }
      return repeats ? turnUs + periodUs + begins[0] : Number.POSITIVE_INFINITY;
    },
  };
}

/** The line that is in force then, -1 for none. */
function lineAt(begins: Float64Array, ends: Float64Array, timeUs: number): number {
  for (let line = 0; line < begins.length; line += 1) if (timeUs >= begins[line] && timeUs < ends[line]) return line;
  return -1;
}
