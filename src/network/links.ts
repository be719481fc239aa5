// Hot dialect: how long a packet takes from node to node.
import type { Engine } from '../engine/engine.ts';
import { Samplers } from '../engine/distributions.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { Random } from '../engine/random.ts';
import type { Latencies } from '../model/ports/routes.ts';
import type { NodeRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { LinkTroubles } from './link-troubles.ts';
import type { NetworkSettings } from './settings.ts';

/** Delays are drawn this many at a time: in a loop of their own they cost half. */
const BLOCK = 64;
/** Within a node, within a zone and so on. */
const SAMPLERS = 5;

export class Links implements Latencies {
  readonly #state: ClusterState;
  readonly #samplers = new Samplers();
  readonly #random: Random;
  readonly #client: number;
  readonly #sameNode: number;
  readonly #sameZone: number;
  readonly #otherZone: number;
  readonly #otherRegion: number;
  /** By sampler: delays drawn ahead, and the next of them. */
  readonly #drawn: Float64Array;
  readonly #next: Int32Array;
  /** By zone of one system outside: its sampler. */
  readonly #outside = new Map<number, number>();
  /** Zone × zone: the sampler. */
  #zones = 0;
  #table = new Int32Array(0);
  readonly troubles: LinkTroubles;

  /** `outside`: by the zone of each system outside, its latency to everywhere. */
  constructor(
    engine: Engine,
    state: ClusterState,
    links: NetworkSettings['links'],
    outside: ReadonlyMap<number, DistributionSpec> = new Map(),
  ) {
    this.#state = state;
    this.#random = engine.stream('network/delay');
    this.troubles = new LinkTroubles(engine, state, (zone) => this.#outside.has(zone));
    this.#client = this.#samplers.add(links.client);
    this.#sameNode = this.#samplers.add(links.sameNode);
    this.#sameZone = this.#samplers.add(links.sameZone);
    this.#otherZone = this.#samplers.add(links.otherZone);
    this.#otherRegion = this.#samplers.add(links.otherRegion);
    for (const [zone, latency] of outside) this.#outside.set(zone, this.#samplers.add(latency));
    this.#drawn = new Float64Array((SAMPLERS + outside.size) * BLOCK);
    this.#next = new Int32Array(SAMPLERS + outside.size).fill(BLOCK);
  }

  /** One packet's way in fractional µs, -1 when it is lost for good. Node -1 is outside. */
  delayUs(from: number, to: number): number {
    if (this.troubles.any) return this.#troubledUs(from, to);
    if (from === to && from >= 0) return this.#draw(this.#sameNode);
    if (from < 0 || to < 0) return this.#draw(this.#client);
    return this.#draw(this.#between(from, to));
  }

  /** The same by another node, if `via` is one, where the packet comes in and goes out. */
  wayUs(from: NodeRow, via: NodeRow, to: NodeRow): number {
    if (via < 0 || via === from || via === to) return this.delayUs(from, to);
    const firstUs = this.delayUs(from, via);
    const secondUs = this.delayUs(via, to);
    return firstUs < 0 || secondUs < 0 ? -1 : firstUs + secondUs;
  }

  /** The mean of the same; lost packets do not count, unless all are. */
  meanUs(from: NodeRow, to: NodeRow): number {
    if (from === to) return this.#samplers.mean(this.#sameNode);
    const more = this.troubles.any ? this.troubles.meanUs(from, to) : 0;
    return more < 0 ? -1 : more + this.#samplers.mean(this.#between(from, to));
  }

  /** Whether packets pass in both directions, lost ones aside. */
  isOpen(from: NodeRow, to: NodeRow): boolean {
    return !this.troubles.any || (this.troubles.meanUs(from, to) >= 0 && this.troubles.meanUs(to, from) >= 0);
  }

  /** How fast a message goes; infinite but for troubles. */
  bytesPerSecond(from: NodeRow, to: NodeRow): number {
    return this.troubles.any ? this.troubles.bytesPerSecond(from, to) : Infinity;
  }

  #troubledUs(from: number, to: number): number {
    if (from === to && from >= 0) return this.#draw(this.#sameNode);
    const more = this.troubles.delayUs(from, to);
    if (more < 0) return -1;
    return more + this.#draw(from < 0 || to < 0 ? this.#client : this.#between(from, to));
  }

  #between(from: number, to: number): number {
    const { zone } = this.#state.nodes;
    if (this.#state.zones.size !== this.#zones) this.#widen();
    return this.#table[zone[from] * this.#zones + zone[to]];
  }

  #draw(sampler: number): number {
    let at = this.#next[sampler];
    if (at === BLOCK) at = this.#drawBlock(sampler);
    this.#next[sampler] = at + 1;
    return this.#drawn[sampler * BLOCK + at];
  }

  #drawBlock(sampler: number): number {
    const from = sampler * BLOCK;
    for (let i = 0; i < BLOCK; i += 1) this.#drawn[from + i] = this.#samplers.draw(sampler, this.#random);
    return 0;
  }

  /** Zones may come with nodes that register later. */
  #widen(): void {
    const { zones } = this.#state;
    const count = zones.size;
    const table = new Int32Array(count * count);
    for (let a = 0; a < count; a += 1) {
      for (let b = 0; b < count; b += 1) {
        const own = this.#outside.get(a) ?? this.#outside.get(b);
        table[a * count + b] = own ?? this.#ofZones(zones.get(a), zones.get(b));
      }
    }
    this.#zones = count;
    this.#table = table;
  }

  /** Zones are named `region/zone`; the unnamed zone is in nobody's region. */
  #ofZones(a: string, b: string): number {
    if (a === b) return this.#sameZone;
    if (a === '' || b === '') return this.#otherZone;
    return regionOf(a) === regionOf(b) ? this.#otherZone : this.#otherRegion;
  }
}

function regionOf(zone: string): string {
  return zone.slice(0, zone.indexOf('/'));
}
