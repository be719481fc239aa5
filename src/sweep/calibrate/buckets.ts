// Histograms of Prometheus as durations: the bounds of their buckets are exact, so the shares up to them are what is fitted.
import { InputError } from '../../lib/errors.ts';
import { BUCKET, ownerOf } from '../../scenario/import/prometheus.ts';
import { readSeries, totalIncrease } from '../../scenario/import/prometheus-series.ts';
import type { SourceText } from '../../scenario/scenario.ts';
import { type Durations, ofShares } from './durations.ts';

/** By `namespace/name` of the Service. Throws an InputError for what is no answer to a range query, or has no buckets that grew. */
export function increasesOf(source: SourceText): Map<string, Durations> {
  const counts = new Map<string, Map<number, number>>();
  for (const one of readSeries(source)) {
    const { __name__: name, namespace = 'default', le } = one.labels;
    const owner = ownerOf(one.labels);
    if (name !== BUCKET || owner === undefined || le === undefined) continue;
    const service = `${namespace}/${owner}`;
    const byBound = counts.get(service) ?? new Map<number, number>();
    counts.set(service, byBound);
    const bound = le === '+Inf' ? Infinity : Number(le);
    byBound.set(bound, (byBound.get(bound) ?? 0) + totalIncrease(one));
  }
  const durations = new Map<string, Durations>();
  for (const [service, byBound] of counts) {
    const all = byBound.get(Infinity) ?? Math.max(...byBound.values());
    if (!(all > 0)) continue;
    const points = [...byBound]
      .filter(([bound, count]) => Number.isFinite(bound) && bound > 0 && count > 0 && count < all)
      .map(([bound, count]) => ({ share: count / all, seconds: bound }));
    durations.set(service, ofShares(points, Math.round(all)));
  }
  if (durations.size === 0)
    throw new InputError({ file: source.file, message: `has no ${BUCKET} that grew and says whose it is` });
  return durations;
}
