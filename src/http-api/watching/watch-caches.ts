// What changed of each kind that somebody lists or watches, kept for a while, so that a watch may begin where a list ended (the API server's watch cache).
import { Samplers } from '../../engine/distributions.ts';
import type { Random } from '../../engine/random.ts';
import type { Resource } from '../../api/kinds.ts';
import { rowsOf } from '../../api/resources/rows-of.ts';
import type { Rows } from '../../api/resources/rows.ts';
import { RowsBesideStored } from '../../api/resources/rows-beside-stored.ts';
import type { ApiServer } from '../../api/server.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { tooOld } from '../reading/versions.ts';

export interface CachedEvent {
  readonly row: number;
  readonly created: boolean;
  readonly removed: boolean;
  /** As it was then; the last version of one that was removed. */
  readonly object: KubeObject;
  /** The resource version of the change. */
  readonly version: number;
}

/** Who is told of each change, as late as a watch delivers it. */
export type CacheListener = (event: CachedEvent) => void;

/** Changes that are kept of one kind. */
const MOST_KEPT = 4096;
/** Lists of which it is known where they ended. */
const MOST_LISTS = 256;

export class WatchCaches {
  readonly #api: ApiServer;
  readonly #caches = new Map<string, WatchCache>();
  readonly #delivery: () => number;

  constructor(api: ApiServer) {
    this.#api = api;
    const samplers = new Samplers();
    const delivery = samplers.add(api.settings.watchDelivery);
    const random: Random = api.engine.stream('http-api.watch');
    this.#delivery = () => Math.round(samplers.draw(delivery, random));
  }

  /** From its first call on the changes of the kind are kept. */
  of(resource: Resource): WatchCache {
    const id = `${resource.apiVersion} ${resource.kind}`;
    let cache = this.#caches.get(id);
    if (cache === undefined) {
      cache = new WatchCache(this.#api, id, rowsOf(this.#api, resource), this.#delivery);
      this.#caches.set(id, cache);
    }
    return cache;
  }
}

export class WatchCache {
  readonly rows: Rows;
  readonly #api: ApiServer;
  readonly #delivery: () => number;
  readonly #arrive: number;
  /** The changes that are kept, oldest first; the number of the first of them. */
  #events: CachedEvent[] = [];
  #first = 0;
  /** How many have arrived. */
  #arrived = 0;
  #arrivesAt = 0;
  /** The resource version from which on the cache knows everything. */
  #since: number;
  /** By resource version of a list: the number of the next change then. */
  readonly #lists = new Map<number, number>();
  /** Of rows that a component keeps and that are empty when their removal is heard of: the last version. */
  readonly #kept: Map<number, KubeObject> | undefined;
  readonly #listeners = new Set<{ readonly from: number; readonly listener: CacheListener }>();

  constructor(api: ApiServer, id: string, rows: Rows, delivery: () => number) {
    this.#api = api;
    this.rows = rows;
    this.#delivery = delivery;
    this.#since = api.state.resourceVersion;
    this.#arrive = api.engine.kind(`http-api.watch ${id}`, () => this.#deliver());
    if (rows instanceof RowsBesideStored) {
      this.#kept = new Map();
      for (const { row, object } of this.current()) this.#kept.set(row, object);
    }
    rows.watch((row, what) => this.#changed(row, what));
  }

  /** A list of the kind was answered with this resource version, now. */
  listed(version: number): void {
    this.#lists.set(version, this.#next);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > MOST_LISTS) this.#lists.delete(oldest);
  }

  /** All objects as they are now. */
  *current(): Generator<{ readonly row: number; readonly object: KubeObject }, void, undefined> {
    for (const row of this.rows.all()) {
      const object = this.rows.get(row);
      if (object !== undefined) yield { row, object };
    }
  }

  /** The changes after a resource version, and then each that comes. Throws a Refusal for a version that is too old. Returns how to end it. */
  follow(version: number, listener: CacheListener): () => void {
    const from = this.#numberAfter(version);
    for (let number = from; number < this.#arrived; number += 1) listener(this.#events[number - this.#first]);
    return this.#listen(from, listener);
  }

  /** Each change from now on. */
  followNow(listener: CacheListener): () => void {
    return this.#listen(this.#next, listener);
  }

  get #next(): number {
    return this.#first + this.#events.length;
  }

  #listen(from: number, listener: CacheListener): () => void {
    const entry = { from, listener };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  #numberAfter(version: number): number {
    const listed = this.#lists.get(version);
    if (listed !== undefined && listed >= this.#first) return listed;
    if (version < this.#since) throw tooOld(version, this.#since);
    const at = this.#events.findIndex((event) => event.version > version);
    return at < 0 ? this.#next : this.#first + at;
  }

  #changed(row: number, what: number): void {
    const { state, engine } = this.#api;
    const removed = (what & Change.Removed) !== 0;
    const version = state.resourceVersion;
    const found = removed ? this.#last(row) : this.rows.get(row);
    if (found === undefined) return;
    if (removed) this.#kept?.delete(row);
    else this.#kept?.set(row, found);
    const object = withVersion(found, version);
    this.#events.push({ row, created: (what & Change.Created) !== 0, removed, object, version });
    this.#arrivesAt = Math.max(this.#arrivesAt, engine.now + this.#delivery());
    engine.at(this.#arrivesAt, this.#arrive, 0, 0);
  }

  /** While a removal is being committed its row still has its cells, in most tables. */
  #last(row: number): KubeObject | undefined {
    return this.rows.last?.(row) ?? this.rows.get(row) ?? this.#kept?.get(row);
  }

  #deliver(): void {
    const number = this.#arrived;
    const event = this.#events[number - this.#first];
    this.#arrived += 1;
    for (const { from, listener } of Array.from(this.#listeners)) if (number >= from) listener(event);
    // Half of them go at once: taking the first away each time would cost as much as all of them.
    if (this.#arrived - this.#first > 2 * MOST_KEPT) {
      const gone = this.#arrived - this.#first - MOST_KEPT;
      this.#since = this.#events[gone - 1].version;
      this.#events = this.#events.slice(gone);
      this.#first += gone;
    }
  }
}

/** Events and leases have no version of their own here: a client goes on from that of the change. */
function withVersion(object: KubeObject, version: number): KubeObject {
  const resourceVersion = String(version);
  if (object.metadata.resourceVersion === resourceVersion) return object;
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}
