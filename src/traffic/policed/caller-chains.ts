// Which policies a caller has at a call site: copies of its own, made when it first calls.
import type { CallSites } from '../call-sites.ts';
import { Chain } from './chain.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Place } from './place.ts';
import type { Places, Waiters } from './places.ts';

export class CallerChains {
  readonly #places: Places;
  readonly #sites: CallSites;
  readonly #waiters: Waiters;
  /** By site; none where it has no policies, undefined before the first call. */
  readonly #bySite: (readonly Place[] | undefined)[] = [];
  /** By site, by pod plus one. */
  readonly #chains: Map<number, Chain>[] = [];

  constructor(places: Places, sites: CallSites, waiters: Waiters) {
    this.#places = places;
    this.#sites = sites;
    this.#waiters = waiters;
  }

  of(called: number, pod: PodRow): Chain | undefined {
    const site = this.#sites.policySite[called];
    const places = this.#bySite.at(site) ?? this.#open(site);
    if (places.length === 0) return undefined;
    let chain = this.#chains[site].get(pod);
    if (chain === undefined) {
      chain = new Chain(this.#places, places, pod, this.#waiters);
      this.#chains[site].set(pod, chain);
    }
    return chain;
  }

  /** A process starts there that knows nothing. */
  forget(pod: PodRow): void {
    for (const chains of this.#chains) {
      chains.get(pod)?.close();
      chains.delete(pod);
    }
  }

  /** Throws an InputError where a policy of the site is wrong. */
  #open(site: number): readonly Place[] {
    for (let next = this.#bySite.length; next <= site; next += 1) {
      const where = this.#sites.names[next];
      this.#bySite.push(this.#sites.policies[next].map((use) => this.#places.add(where, use)));
      this.#chains.push(new Map());
    }
    return this.#bySite[site] ?? [];
  }

  /** Of the sites that there are. */
  openAll(): void {
    if (this.#sites.length > 0) this.#open(this.#sites.length - 1);
  }
}
