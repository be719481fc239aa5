// Hot dialect: the caches of a run: what each process, or each pod of a cache, holds, and what a request finds there.
import { CounterRandom } from '../../engine/counter.ts';
import { log } from '../../engine/elementary.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CacheSpec } from '../../model/settings/cache.ts';
import type { PodRow } from '../../model/rows.ts';
import { KeyCache } from './key-cache.ts';

/** `Stale`: too old, but there. */
export const Found = { Hit: 0, Miss: 1, Stale: 2 } as const;

/** Of the calls of one site, so far. */
export class CacheCounts {
  hits = 0;
  misses = 0;
  /** Of the misses: what would have been good still, but was fetched before it was not. */
  early = 0;
  /** Requests that waited for the fetch of another one, and those that took what was too old. */
  shared = 0;
  stale = 0;
}

export class Caches {
  /** By site. */
  readonly counts = new Map<number, CacheCounts>();
  readonly #engine: Engine;
  readonly #luck: CounterRandom;
  /** By site, by pod that holds it. */
  readonly #held = new Map<number, Map<PodRow, KeyCache>>();
  #draws = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#luck = new CounterRandom(engine.seed, 'traffic/caches');
  }

  /** What the process of a pod holds for the calls of a site. */
  of(site: number, spec: CacheSpec, pod: PodRow): KeyCache {
    let held = this.#held.get(site);
    if (held === undefined) {
      held = new Map();
      this.#held.set(site, held);
    }
    let cache = held.get(pod);
    if (cache === undefined) {
      cache = new KeyCache(spec.entries);
      held.set(pod, cache);
      if (spec.warm) this.#warmUp(cache, spec);
    }
    return cache;
  }

  countsOf(site: number): CacheCounts {
    let counts = this.counts.get(site);
    if (counts === undefined) {
      counts = new CacheCounts();
      this.counts.set(site, counts);
    }
    return counts;
  }

  /** Keys that are held for the calls of a site, and thrown out so far, in all processes that run. */
  sizes(site: number): { readonly entries: number; readonly evicted: number } {
    let entries = 0;
    let evicted = 0;
    for (const cache of this.#held.get(site)?.values() ?? []) {
      entries += cache.size;
      evicted += cache.evicted;
    }
    return { entries, evicted };
  }

  /** A process of the pod starts, and has nothing. */
  started(pod: PodRow): void {
    for (const held of this.#held.values()) held.delete(pod);
  }

  /** What is there of a key now: one of `Found`. */
  look(cache: KeyCache, spec: CacheSpec, key: number, counts: CacheCounts): number {
    const slot = cache.find(key);
    if (slot < 0) return Found.Miss;
    const { now } = this.#engine;
    const untilUs = cache.untilUs(slot);
    if (now >= untilUs) return Found.Stale;
    // Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015.
    if (spec.earlyExpiry > 0 && now - spec.earlyExpiry * cache.tookUs(slot) * log(this.#uniform()) >= untilUs) {
      counts.early += 1;
      return Found.Stale;
    }
    return Found.Hit;
  }

  put(cache: KeyCache, spec: CacheSpec, key: number, tookUs: number): void {
    const goodUs = spec.ttlJitter === 0 ? spec.ttlUs : spec.ttlUs * (1 - spec.ttlJitter * this.#uniform());
    cache.put(key, this.#engine.now + goodUs, tookUs);
  }

  /** As after a long time: the most popular keys, each good for a while yet. */
  #warmUp(cache: KeyCache, spec: CacheSpec): void {
    for (let key = spec.entries - 1; key >= 0; key -= 1) {
      cache.put(key, this.#engine.now + spec.ttlUs * this.#uniform(), 0);
    }
  }

  #uniform(): number {
    this.#draws = (this.#draws + 1) | 0;
    this.#luck.seek(this.#draws, 0, 0);
    return this.#luck.uniform();
  }
}
