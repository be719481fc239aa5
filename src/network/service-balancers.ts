// Hot dialect: which balancer the proxies of a Service have, by the subset of endpoints, which is looked up fastest.
import type { Engine } from '../engine/engine.ts';
import type { Family } from '../lib/family.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { Balancer, BalancerContext } from './balancers/balancer.ts';
import { Board } from './board.ts';
import type { NetworkSettings } from './settings.ts';

export class ServiceBalancers {
  readonly all: Balancer[] = [];
  /** By balancer. */
  readonly boards: (Board | undefined)[] = [];
  readonly #state: ClusterState;
  readonly #byName = new Map<string, number>();
  /** By balancer: whether it looks at each request, as it counts what is open or keeps a state of its own. */
  readonly #leadsRequests: readonly boolean[];
  /** By subset of endpoints: its balancer, -1 before the first connection. */
  #bySubset = new Int32Array(0);

  /** Throws an InputError for an unknown balancer or argument. */
  constructor(
    engine: Engine,
    state: ClusterState,
    { balancer, balancers }: NetworkSettings,
    family: Family<BalancerContext, Balancer>,
  ) {
    this.#state = state;
    const context = { nowUs: () => engine.now };
    this.all.push(family.create(balancer.name, balancer.args, context));
    for (const { namespace, name, balancer: own } of balancers) {
      this.#byName.set(`${namespace}/${name}`, this.all.length);
      this.all.push(family.create(own.name, own.args, context));
    }
    this.#leadsRequests = this.all.map((one) => one.countsConnections || one.pool !== undefined);
    for (const [index, { boardUs }] of this.all.entries()) {
      const board =
        boardUs === undefined ? undefined : new Board(engine, state.endpoints, boardUs, `network.board ${index}`);
      this.boards.push(board);
    }
  }

  /** Undefined before the first connection to the subset. */
  known(subset: number): number {
    return subset < this.#bySubset.length ? this.#bySubset[subset] : -1;
  }

  /** From now on the subset is known as one of the Service. */
  find(service: ObjectRow, subset: number): number {
    const found = this.#named(service);
    const old = this.#bySubset.length;
    let capacity = old;
    while (subset >= capacity) capacity = nextCapacity(capacity);
    if (capacity > old) this.#bySubset = grown(this.#bySubset, capacity).fill(-1, old);
    this.#bySubset[subset] = found;
    this.boards[found]?.list(service);
    return found;
  }

  leadsRequests(service: ObjectRow): boolean {
    return this.#leadsRequests[this.#named(service)];
  }

  #named(service: ObjectRow): number {
    const { objects } = this.#state;
    return this.#byName.get(`${objects.namespace[service]}/${objects.name[service]}`) ?? 0;
  }
}
