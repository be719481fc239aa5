// Hot dialect: which balancer the proxies of each Service have, by the subset of endpoints that it chooses from.
import type { Engine } from '../engine/engine.ts';
import type { Family } from '../lib/family.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { Loads } from '../model/ports/processes.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { FamilyUse } from '../model/settings/family-use.ts';
import type { ClusterState } from '../model/state.ts';
import type { Balancer, BalancerContext } from './balancers/balancer.ts';
import { Board } from './board.ts';
import type { EndpointView } from './endpoint-view.ts';
import { Pools } from './pools.ts';
import type { Destinations } from './routes/destinations.ts';
import type { NetworkSettings } from './settings.ts';

export class ServiceBalancers {
  readonly list: Balancer[] = [];
  /** By balancer. */
  readonly boards: (Board | undefined)[] = [];
  /** Undefined where no balancer has pools. */
  pools: Pools | undefined;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #family: Family<BalancerContext, Balancer>;
  readonly #view: EndpointView;
  readonly #destinations: Destinations;
  readonly #leads: boolean[] = [];
  /** By destination, once it is asked for. */
  readonly #leadsAt: (boolean | undefined)[] = [];
  readonly #byName = new Map<string, number>();
  /** By subset of endpoints: its balancer, -1 before the first connection. */
  #bySubset = new Int32Array(0);
  #loads: Loads | undefined;

  /** Throws an InputError for an unknown balancer or argument. */
  constructor(
    engine: Engine,
    state: ClusterState,
    settings: NetworkSettings,
    family: Family<BalancerContext, Balancer>,
    view: EndpointView,
    destinations: Destinations,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#family = family;
    this.#view = view;
    this.#destinations = destinations;
    this.add(settings.balancer);
    for (const { namespace, name, balancer } of settings.balancers) {
      this.#byName.set(`${namespace}/${name}`, this.add(balancer));
    }
  }

  /** Gives the number of a balancer of its own. */
  add({ name, args }: FamilyUse): number {
    const made = this.#family.create(name, args, { nowUs: () => this.#engine.now });
    const number = this.list.length;
    this.list.push(made.pool === undefined ? made : this.#pools().adapt(made, this.#view));
    this.#leads.push(made.countsConnections || made.pool !== undefined);
    const { boardUs } = made;
    const board =
      boardUs === undefined
        ? undefined
        : new Board(this.#engine, this.#state.endpoints, boardUs, `network.board ${number}`);
    if (this.#loads !== undefined) board?.watch(this.#loads);
    this.boards.push(board);
    return number;
  }

  /** A balancer that is no Service's own leads to that one: its endpoints report their load, if it asks for that. */
  leads(balancer: number, service: ObjectRow): void {
    this.boards[balancer]?.list(service);
  }

  /** Who knows the load of pods, for the balancers that use it. */
  watchLoads(loads: Loads): void {
    this.#loads = loads;
    for (const board of this.boards) board?.watch(loads);
    this.pools?.watch(loads);
  }

  of(destination: number, subset: number): number {
    const known = subset < this.#bySubset.length ? this.#bySubset[subset] : -1;
    return known >= 0 ? known : this.#find(destination, subset);
  }

  /** Whether it looks at each request, as it counts what is open or keeps a state of its own. */
  leadsRequests(destination: number): boolean {
    const known = this.#leadsAt[destination];
    if (known !== undefined) return known;
    const service = this.#destinations.service(destination);
    if (service < 0) return false;
    // A destination is a name, and so is what balancers are given to.
    while (this.#leadsAt.length < destination) this.#leadsAt.push(undefined);
    const leads = this.#leads[this.#named(service)];
    this.#leadsAt[destination] = leads;
    return leads;
  }

  #named(service: ObjectRow): number {
    const { objects } = this.#state;
    return this.#byName.get(`${objects.namespace[service]}/${objects.name[service]}`) ?? 0;
  }

  #find(destination: number, subset: number): number {
    const service = this.#destinations.service(destination);
    const found = this.#named(service);
    const old = this.#bySubset.length;
    let capacity = old;
    while (subset >= capacity) capacity = nextCapacity(capacity);
    if (capacity > old) this.#bySubset = grown(this.#bySubset, capacity).fill(-1, old);
    this.#bySubset[subset] = found;
    this.boards[found]?.list(service);
    return found;
  }

  #pools(): Pools {
    if (this.pools === undefined) {
      this.pools = new Pools(this.#engine, this.#state);
      if (this.#loads !== undefined) this.pools.watch(this.#loads);
    }
    return this.pools;
  }
}
