// Caches over time: the rows of caches.csv.
import type { Row } from '../metrics/catalogue.ts';
import { CacheCounts } from '../traffic/caches/caches.ts';
import type { Traffic } from '../traffic/traffic.ts';

const NOTHING = new CacheCounts();

export class CacheHistory {
  readonly rows: Row<'caches'>[] = [];
  readonly #traffic: Traffic;
  /** By call site. */
  readonly #before = new Map<number, CacheCounts>();

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const { caches, sites } = this.#traffic;
    for (const [site, counts] of caches?.counts ?? []) {
      const before = this.#before.get(site) ?? NOTHING;
      this.#before.set(site, Object.assign(new CacheCounts(), counts));
      const hits = counts.hits - before.hits;
      const misses = counts.misses - before.misses;
      const shared = counts.shared - before.shared;
      const stale = counts.stale - before.stale;
      const all = hits + misses + shared + stale;
      const { entries, evicted } = caches?.sizes(site) ?? { entries: 0, evicted: 0 };
      this.rows.push({
        time_seconds,
        namespace: sites.target[site].namespace,
        service: sites.target[site].name,
        place: sites.names[site],
        hits,
        misses,
        early: counts.early - before.early,
        shared,
        stale,
        hit_ratio: all === 0 ? null : 1 - misses / all,
        entries,
        evictions: evicted,
      });
    }
  }
}
