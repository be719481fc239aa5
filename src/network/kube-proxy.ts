// Hot dialect: what each node's kube-proxy has programmed by now. Nothing is notified of a change; a proxy catches up when it is asked.
import { CounterRandom } from '../engine/counter.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { EndpointTable } from '../model/endpoint-table.ts';
import type { NetworkSettings } from './settings.ts';
import type { NodeRow } from '../model/rows.ts';

/**
 * A kube-proxy is a cursor into the global log of endpoint changes and the times of its last sync. It sees entry i at
 * commit + watch delay, in order; a sync begins when something was seen, but not before the last one has ended and
 * `minSyncPeriod` has passed since it began (pkg/util/async, bounded frequency); it takes all that was seen by then, and its
 * rules are effective at its end. All of that is a function of (seed, node, entry), so it does not matter when it is worked out.
 *
 * Proxy 0 is the cluster's edge, proxy n + 1 that of node n.
 */
export class KubeProxies {
  readonly #engine: Engine;
  readonly #endpoints: EndpointTable;
  readonly #settings: NetworkSettings['kubeProxy'];
  readonly #samplers = new Samplers();
  readonly #watch: number;
  readonly #luck: CounterRandom;
  /** Entries of the log before this one are in effect. */
  #cursor = new Int32Array(0);
  /** Until then nothing new comes into effect. */
  #nextUs = new Float64Array(0);
  #seenUs = new Float64Array(0);
  #syncStartUs = new Float64Array(0);
  #syncEndUs = new Float64Array(0);
  /** How far back a proxy that was not asked for long still follows its syncs one by one: many times what a sync takes. */
  readonly #memoryUs: number;
  /** First entry within that time: what lies before is in effect everywhere. */
  #floor = 0;
  #cutAt = 0;
  /** Proxies that hear nothing of the API server. */
  readonly #frozen = new Set<number>();
  readonly #drops: boolean;

  /** `memoryUs`: how far back others look; `drops`: versions that nobody can ask for any more, of which one takes care for all. */
  constructor(
    engine: Engine,
    endpoints: EndpointTable,
    settings: Pick<NetworkSettings, 'kubeProxy' | 'watchDelivery'>,
    memoryUs = 0,
    name = 'network/kube-proxy',
    drops = true,
  ) {
    this.#drops = drops;
    this.#engine = engine;
    this.#endpoints = endpoints;
    this.#settings = settings.kubeProxy;
    this.#watch = this.#samplers.add(settings.watchDelivery);
    const ownUs = 10e6 + 4 * (settings.kubeProxy.minSyncPeriodUs + settings.kubeProxy.syncFixedUs);
    this.#memoryUs = Math.max(memoryUs, ownUs);
    this.#luck = new CounterRandom(engine.seed, name);
  }

  /** The number of entries of the endpoints' log that the node's proxy has in effect now; node -1 is the edge. */
  cursor(node: NodeRow): number {
    const proxy = node + 1;
    if (proxy >= this.#cursor.length) this.#grow(proxy);
    if (this.#cursor[proxy] !== this.#endpoints.entries && this.#engine.now >= this.#nextUs[proxy]) {
      this.#catchUp(proxy);
    }
    return this.#cursor[proxy];
  }

  /** Whether the node's proxy hears of anything from now on. */
  contactChanged(node: NodeRow, reached: boolean): void {
    if (reached) this.thaw(node);
    else this.freeze(node);
  }

  /** The node's proxy hears nothing from now on: what it has programmed stays. */
  freeze(node: NodeRow): void {
    this.cursor(node);
    this.#frozen.add(node + 1);
    this.#nextUs[node + 1] = Infinity;
  }

  /** It hears all that it has missed. */
  thaw(node: NodeRow): void {
    if (this.#frozen.delete(node + 1)) this.#nextUs[node + 1] = this.#engine.now;
  }

  #catchUp(proxy: number): void {
    const { logTime, logChanged, entries } = this.#endpoints;
    const { minSyncPeriodUs, syncFixedUs, syncPerEndpointUs, syncPerServiceUs } = this.#settings;
    const standingUs = syncFixedUs + syncPerServiceUs * this.#endpoints.services;
    const now = this.#engine.now;
    this.#forget();
    let next = Math.max(this.#cursor[proxy], this.#floor);
    let nextUs = now;
    while (next < entries) {
      let seenUs = this.#seen(proxy, next);
      const startUs = Math.max(seenUs, this.#syncStartUs[proxy] + minSyncPeriodUs, this.#syncEndUs[proxy]);
      if (startUs > now) {
        nextUs = startUs;
        break;
      }
      let end = next;
      let changed = 0;
      let lastUs = seenUs;
      while (end < entries && seenUs <= startUs) {
        lastUs = seenUs;
        changed += logChanged[end];
        end += 1;
        if (end < entries) seenUs = Math.max(lastUs, logTime[end] + this.#delay(proxy, end));
      }
      const endUs = startUs + standingUs + syncPerEndpointUs * changed;
      if (endUs > now) {
        nextUs = endUs;
        break;
      }
      next = end;
      this.#seenUs[proxy] = lastUs;
      this.#syncStartUs[proxy] = startUs;
      this.#syncEndUs[proxy] = endUs;
    }
    this.#cursor[proxy] = next;
    this.#nextUs[proxy] = nextUs;
  }

  /** When the proxy sees an entry; a watch delivers in order. */
  #seen(proxy: number, entry: number): number {
    return Math.max(this.#seenUs[proxy], this.#endpoints.logTime[entry] + this.#delay(proxy, entry));
  }

  #delay(proxy: number, entry: number): number {
    this.#luck.seek(proxy, entry, 0);
    return this.#samplers.draw(this.#watch, this.#luck);
  }

  /** Moves the floor up, and now and then drops the versions that nobody can ask for any more. */
  #forget(): void {
    const { logTime, entries } = this.#endpoints;
    const sinceUs = this.#engine.now - this.#memoryUs;
    while (this.#floor < entries && logTime[this.#floor] < sinceUs) this.#floor += 1;
    if (!this.#drops || this.#floor < this.#cutAt + 256) return;
    this.#cutAt = this.#floor;
    let oldest = this.#floor;
    for (const proxy of this.#frozen) oldest = Math.min(oldest, this.#cursor[proxy]);
    this.#endpoints.cut(oldest);
  }

  #grow(proxy: number): void {
    let capacity = this.#cursor.length;
    while (proxy >= capacity) capacity = nextCapacity(capacity);
    const old = this.#cursor.length;
    this.#cursor = grown(this.#cursor, capacity);
    this.#nextUs = grown(this.#nextUs, capacity);
    this.#seenUs = grown(this.#seenUs, capacity);
    this.#syncStartUs = grown(this.#syncStartUs, capacity).fill(Number.NEGATIVE_INFINITY, old);
    this.#syncEndUs = grown(this.#syncEndUs, capacity).fill(Number.NEGATIVE_INFINITY, old);
  }
}
