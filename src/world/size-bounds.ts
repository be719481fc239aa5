// Within which bounds the mean of what each autoscaler wants lies in a full run.
import type { Row } from '../metrics/catalogue.ts';

/**
 * Rows since `fromSeconds`, by namespace and name. An autoscaler leaves alone whatever size its load is within the tolerance of, and rounds up: two runs whose loads are the same may
 * stay that far apart, or one replica, and no farther than its bounds allow.
 */
export function sizeBounds(
  rows: Iterable<Row<'autoscalers'>>,
  tolerance: number,
  fromSeconds: number,
): Record<string, readonly [low: number, high: number]> {
  const sums = new Map<string, { wanted: number; count: number; min: number; max: number }>();
  for (const { time_seconds: at, namespace, name, desired, min, max } of rows) {
    if (at <= fromSeconds) continue;
    const key = `${namespace}/${name}`;
    const one = sums.get(key) ?? { wanted: 0, count: 0, min, max };
    sums.set(key, one);
    one.wanted += desired;
    one.count += 1;
  }
  return Object.fromEntries(
    [...sums].map(([key, { wanted, count, min, max }]) => {
      const mean = wanted / count;
      const half = Math.max(1, tolerance * mean);
      return [key, [Math.max(Math.min(min, mean), mean - half), Math.min(Math.max(max, mean), mean + half)]];
    }),
  );
}
