// A straight line through points by least squares, and between which bounds the true line lies.
import quantile from '@stdlib/stats-base-dists-t-quantile';

export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Share of the variance that the line explains; 1 where nothing varies. */
  readonly determination: number;
  /** The line at x, and the bounds of the mean there with 95 % confidence. */
  at(x: number): { readonly mean: number; readonly low: number; readonly high: number };
}

/**
 * Of independent values that scatter alike around a line: ŷ(x) ± t(0.975, n − 2) s √(1/n + (x − x̄)²/Σ(xᵢ − x̄)²) (Draper and Smith, Applied Regression
 * Analysis, 1.4). Undefined for fewer than three points, and where all have one x.
 */
export function lineThrough(points: readonly (readonly [x: number, y: number])[]): Line | undefined {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const squares = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (count < 3 || !(squares > 0)) return undefined;
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / squares;
  const intercept = meanY - slope * meanX;
  const left = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const all = points.reduce((sum, [, y]) => sum + (y - meanY) ** 2, 0);
  const scatter = Math.sqrt(left / (count - 2));
  const times = quantile(0.975, count - 2);
  return {
    intercept,
    slope,
    determination: all === 0 ? 1 : 1 - left / all,
    at(x) {
      const mean = meanY + slope * (x - meanX);
      const half = times * scatter * Math.sqrt(1 / count + (x - meanX) ** 2 / squares);
      return { mean, low: mean - half, high: mean + half };
    },
  };
}
