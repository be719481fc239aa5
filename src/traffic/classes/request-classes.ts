// Hot dialect: the classes of requests: which of them a request of a source is of, where it goes, and what is counted of it.
import { CounterRandom } from '../../engine/counter.ts';
import type { Engine } from '../../engine/engine.ts';
import { clientsOf } from '../../model/clients.ts';
import type { SourceSpec } from '../../model/settings/traffic.ts';
import type { CallSites } from '../call-sites.ts';
import type { Meters } from '../meters.ts';
import { Keys } from './keys.ts';

const NONE = -1;

export class RequestClasses {
  /** By class: its name, its source, its site and its meter. */
  readonly names: string[] = [];
  readonly source: number[] = [];
  readonly site: number[] = [];
  readonly meter: number[] = [];
  /** The class of the user of a source whose session says it; made by whoever knows the users. */
  pageOf: ((source: number, user: number) => number) | undefined;
  readonly #engine: Engine;
  readonly #luck: CounterRandom;
  /** By source: its first class, and weights up to each class; none without classes. */
  readonly #first: number[] = [];
  readonly #upTo: number[][] = [];
  readonly #hasSession: boolean[] = [];
  /** By site. */
  readonly #classOf: number[] = [];
  readonly #keys: (Keys | undefined)[] = [];

  /** Adds sites and meters for the classes. */
  constructor(engine: Engine, sources: readonly SourceSpec[], sites: CallSites, meters: Meters) {
    this.#engine = engine;
    this.#luck = new CounterRandom(engine.seed, 'traffic/classes');
    for (const [source, spec] of sources.entries()) {
      this.#first.push(this.names.length);
      this.#hasSession.push(spec.users?.session !== undefined);
      let sum = 0;
      const upTo: number[] = [];
      for (const one of spec.classes ?? []) {
        sum += one.weight;
        upTo.push(sum);
        const { name, to, priority, request, work, size, write } = one;
        const { timeoutUs, retries, policies, portForward, connections, keys, bytesPerSecond } = spec;
        const call = {
          count: 1,
          probability: 1,
          parallel: false,
          timeoutUs,
          retries,
          policies,
          caller: spec.name,
          connections,
          bytesPerSecond,
        };
        const tunnel = portForward ? spec.name : undefined;
        const site = sites.add({
          ...to,
          ...call,
          priority,
          request,
          clients: clientsOf(spec),
          tunnel,
          source,
          work,
          size,
          write,
          keys,
        });
        this.#classOf[site] = this.names.push(name) - 1;
        this.source.push(source);
        this.site.push(site);
        this.meter.push(meters.add(`${spec.name}/${name}`));
      }
      this.#upTo.push(upTo);
    }
  }

  /** The class of a request that a source sends; -1 where it has none. */
  choose(source: number, ordinal: number, hop: number): number {
    const upTo = this.#upTo[source];
    const count = upTo.length;
    if (count === 0) return NONE;
    if (this.#hasSession[source]) return this.#first[source] + this.pageOf!(source, ordinal);
    this.#luck.seek(ordinal, hop, 0);
    const at = this.#luck.uniform() * upTo[count - 1];
    let index = 0;
    while (index < count - 1 && at >= upTo[index]) index += 1;
    return this.#first[source] + index;
  }

  /** The class whose site it is, -1 for none. */
  classAt(site: number): number {
    return site < this.#classOf.length ? (this.#classOf[site] ?? NONE) : NONE;
  }

  /** The key that a call at a site is about, where it says so itself; -1: that of the request for which it is made. */
  keyAt(site: number, ordinal: number, hop: number, sites: CallSites): number {
    const spec = sites.keys[site];
    if (spec === undefined) return NONE;
    while (this.#keys.length <= site) this.#keys.push(undefined);
    this.#keys[site] ??= new Keys(this.#engine, spec);
    return this.#keys[site].keyOf(ordinal, hop);
  }
}
