// The caller's half of calls with caches before them: what is there is no call, what is not is fetched, once or by everybody who asks.
import type { CacheSpec } from '../../model/settings/cache.ts';
import type { PodRow } from '../../model/rows.ts';
import { CALL, CallerState, Field, Outcome, ServerState } from '../calls.ts';
import type { Callers, CallersKind } from '../callers.ts';
import type { MarkedCalls } from '../classes/marked-calls.ts';
import type { RequestClasses } from '../classes/request-classes.ts';
import { type Caches, Found } from './caches.ts';
import type { KeyCache } from './key-cache.ts';

const NONE = -1;

/** A call that a cache stands before, from the question to the answer. It is known by the request that makes it and by its hop. */
interface Fetch {
  readonly parent: number;
  readonly site: number;
  readonly ordinal: number;
  readonly hop: number;
  readonly spec: CacheSpec;
  readonly key: number;
  /** Where the answer is put; undefined where the cache did not answer. */
  cache: KeyCache | undefined;
  /** The call to the cache itself is under way. */
  asking: boolean;
  startedUs: number;
  /** Requests of the same process that wait for it, and since when. */
  readonly waiting: { readonly parent: number; readonly sinceUs: number }[];
}

export function caching(Base: CallersKind, caches: Caches, classes: RequestClasses, marks: MarkedCalls): CallersKind {
  return class CachingCallers extends Base {
    /** By the row of the request that makes them. */
    readonly #fetches = new Map<number, Fetch[]>();
    /** By cache of a process, by key: who fetches it. */
    readonly #flights = new Map<KeyCache, Map<number, Fetch>>();
    readonly #onFound: number;

    constructor(...given: ConstructorParameters<typeof Callers>) {
      super(...given);
      this.#onFound = this.engine.kind('traffic.cache.found', (parent, outcome) => this.#tell(parent, outcome));
    }

    override begin(parent: number, site: number, ordinal: number, hop: number): void {
      const spec = parent === NONE ? undefined : this.sites.caches[site];
      if (spec === undefined) {
        super.begin(parent, site, ordinal, hop);
        return;
      }
      const own = classes.keyAt(site, ordinal, hop, this.sites);
      const key = own === NONE ? marks.keys[parent] : own;
      const waiting: Fetch['waiting'] = [];
      const fetch = { parent, site, ordinal, hop, spec, key, cache: undefined, asking: false, startedUs: 0, waiting };
      const lookups = this.sites.lookups[site];
      if (lookups === NONE) {
        const cache = caches.of(site, spec, this.calls.ints[CALL * parent + Field.Pod] as PodRow);
        this.#look(fetch, cache);
        return;
      }
      this.#keep({ ...fetch, asking: true });
      super.begin(parent, lookups, ordinal, hop);
    }

    #look(fetch: Fetch, cache: KeyCache): void {
      const { site, spec, key, parent } = fetch;
      fetch.cache = cache;
      const counts = caches.countsOf(site);
      const found = caches.look(cache, spec, key, counts);
      const flight = this.#flights.get(cache)?.get(key);
      if (found === Found.Hit) {
        counts.hits += 1;
        this.#found(fetch, 'hit');
      } else if (flight !== undefined && found === Found.Stale && spec.serveStale) {
        counts.stale += 1;
        this.#found(fetch, 'stale');
      } else if (flight !== undefined && spec.singleFlight) {
        counts.shared += 1;
        flight.waiting.push({ parent, sinceUs: this.engine.now });
      } else {
        this.#fetch(fetch);
      }
    }

    /** What is there is no call. */
    #found({ parent, site, spec }: Fetch, what: 'hit' | 'stale'): void {
      const us = spec.at === undefined ? spec.hitUs : 0;
      this.cached(parent, site, what, this.engine.now, this.engine.now + us);
      this.engine.after(us, this.#onFound, parent, Outcome.Ok);
    }

    #fetch(fetch: Fetch): void {
      const { cache, key, parent, site, ordinal, hop } = fetch;
      caches.countsOf(site).misses += 1;
      fetch.startedUs = this.engine.now;
      if (cache !== undefined) {
        let flights = this.#flights.get(cache);
        if (flights === undefined) {
          flights = new Map();
          this.#flights.set(cache, flights);
        }
        if (!flights.has(key)) flights.set(key, fetch);
      }
      this.#keep(fetch);
      super.begin(parent, site, ordinal, hop);
    }

    #keep(fetch: Fetch): void {
      const list = this.#fetches.get(fetch.parent);
      if (list === undefined) this.#fetches.set(fetch.parent, [fetch]);
      else list.push(fetch);
    }

    /** The fetch whose call, or whose question to the cache, has ended. */
    #take(parent: number, hop: number): Fetch | undefined {
      const list = this.#fetches.get(parent);
      const index = list?.findIndex((one) => one.hop === hop) ?? NONE;
      if (list === undefined || index < 0) return undefined;
      const [fetch] = list.splice(index, 1);
      if (list.length === 0) this.#fetches.delete(parent);
      return fetch;
    }

    protected override conclude(row: number, outcome: number, reported = outcome): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const parent = ints[at + Field.Parent];
      const fetch = parent === NONE ? undefined : this.#take(parent, ints[at + Field.Hop]);
      if (fetch === undefined) {
        super.conclude(row, outcome, reported);
        return;
      }
      if (fetch.asking) {
        this.#answered(fetch, row, outcome);
        return;
      }
      const { cache, key, spec, waiting } = fetch;
      if (cache !== undefined) {
        if (outcome === Outcome.Ok) caches.put(cache, spec, key, this.engine.now - fetch.startedUs);
        const flights = this.#flights.get(cache);
        if (flights?.get(key) === fetch) flights.delete(key);
        if (flights?.size === 0) this.#flights.delete(cache);
      }
      super.conclude(row, outcome, reported);
      for (const { parent: other, sinceUs } of waiting) {
        this.cached(other, fetch.site, 'shared', sinceUs, this.engine.now);
        this.engine.after(0, this.#onFound, other, reported);
      }
    }

    /** The cache has answered, or has not: then it is as if it had nothing. */
    #answered(fetch: Fetch, row: number, outcome: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const pod = ints[at + Field.Pod] as PodRow;
      ints[at + Field.Caller] = CallerState.Gone;
      ints[at + Field.Parent] = NONE;
      const site = ints[at + Field.Site];
      this.meters.end(this.sites.meter[site], outcome, this.calls.reals[(CALL / 2) * row], this.engine.now);
      this.releaseIfOver(row);
      const asked = { ...fetch, asking: false };
      if (this.calls.ints[CALL * fetch.parent + Field.Server] !== ServerState.Calling) {
        this.#tell(fetch.parent, Outcome.Reset);
      } else if (outcome === Outcome.Ok) {
        this.#look(asked, caches.of(fetch.site, fetch.spec, pod));
      } else {
        this.#fetch(asked);
      }
    }

    #tell(parent: number, outcome: number): void {
      this.servers?.callEnded(parent, outcome);
    }
  };
}
