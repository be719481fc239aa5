// Balancers whose proxies keep state of their own: their pools by proxy and list of endpoints, and the attempts that are under way.
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import type { EndpointSubset } from '../model/endpoints.ts';
import type { Loads } from '../model/ports/processes.ts';
import { Ended } from '../model/ports/routes.ts';
import { podIp } from '../model/complete-objects/pod-object.ts';
import type { RequestTraits } from '../model/request-traits.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { Balancer } from './balancers/balancer.ts';
import type { Ending, Pool, PoolContext, PoolEndpoint, PoolRequest, Turn } from './balancers/pool.ts';
import type { ProxyKey } from './connections.ts';

const WEIGHT = 'wavetank/weight';
const MOST_WEIGHT = 65_535;
/** How long a request that failed is remembered: until then its next attempt has come. */
const MEMORY_US = 60e6;
const FEW = 1024;

/** A pool and the list of its last update. */
interface Kept {
  readonly pool: Pool;
  subset: EndpointSubset | undefined;
}

interface Attempt {
  readonly turn: Turn;
  readonly startUs: number;
  readonly key: string;
  readonly request: PoolRequest;
  /** The proxy's own count of connections. */
  readonly cell: number;
}

/** Who asks for a connection. */
export interface Asker {
  readonly destination: number;
  readonly ordinal: number;
  readonly hop: number;
  readonly attempt: number;
  /** The address of the caller, or of the client outside whose request it is. */
  readonly source: string;
  readonly traits: RequestTraits;
  /** What it is about, -1 for nothing in particular. */
  readonly key: number;
  /** Of the proxy, -1 outside. */
  readonly zone: number;
}

export class Pools {
  /** No server of the pool would take the request that asked last. */
  refused = false;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #random: Random;
  #loads: Loads = { held: () => 0 };
  #asker: Asker | undefined;
  #chosen: { readonly turn: Turn; readonly key: string; readonly request: PoolRequest } | undefined;
  readonly #attempts: (Attempt | undefined)[] = [];
  readonly #free: number[] = [];
  /** Requests whose last attempt failed, and when. */
  readonly #failed = new Map<string, { readonly request: PoolRequest; readonly atUs: number }>();

  constructor(engine: Engine, state: ClusterState) {
    this.#engine = engine;
    this.#state = state;
    this.#random = engine.stream('network/pools');
  }

  watch(loads: Loads): void {
    this.#loads = loads;
  }

  /** Before each connection. */
  ask(asker: Asker): void {
    this.#asker = asker;
    this.#chosen = undefined;
    this.refused = false;
  }

  /** The balancer as the network calls it. */
  adapt(made: Balancer, view: { readonly subset: EndpointSubset; readonly proxy: ProxyKey }): Balancer {
    const make = made.pool?.bind(made);
    if (make === undefined) return made;
    const pools = new Map<string, Kept>();
    return {
      ...made,
      choose: () => {
        const { subset } = view;
        const key = `${subset.number} ${view.proxy}`;
        let kept = pools.get(key);
        if (kept === undefined) {
          kept = { pool: make(this.#context()), subset: undefined };
          pools.set(key, kept);
        }
        if (kept.subset !== subset) {
          kept.subset = subset;
          kept.pool.update(this.#endpoints(subset));
        }
        return this.#choose(kept.pool);
      },
    };
  }

  /** What to pass to `end` when the attempt that was led last ends; undefined where no pool led it. */
  begin(cell: number): number | undefined {
    const chosen = this.#chosen;
    if (chosen === undefined) return undefined;
    const attempt = { ...chosen, startUs: this.#engine.now, cell };
    const free = this.#free.pop();
    if (free === undefined) return this.#attempts.push(attempt) - 1;
    this.#attempts[free] = attempt;
    return free;
  }

  /** The attempt has ended, in one of `Ended`. Returns the cell of its connection. */
  end(number: number, how: number): number {
    const attempt = this.#attempts[number];
    if (attempt === undefined) return -1;
    this.#attempts[number] = undefined;
    this.#free.push(number);
    attempt.turn.ended(endings[how], this.#engine.now - attempt.startUs);
    if (how === Ended.Well) this.#failed.delete(attempt.key);
    else this.#remember(attempt);
    return attempt.cell;
  }

  #choose(pool: Pool): number {
    const { destination, ordinal, hop, attempt, source, traits, key: about } = this.#asker!;
    const key = `${destination} ${ordinal} ${hop}`;
    const before = attempt === 0 ? undefined : this.#failed.get(key);
    const request = before?.request ?? {
      source,
      header: (name: string) => traits.headers[name] ?? '',
      cookie: (name: string) => traits.cookies[name] ?? '',
      key: () => (about < 0 ? '' : `/key-${about}`),
    };
    const turn = pool.choose(request);
    this.refused = turn === undefined;
    if (turn === undefined) return 0;
    this.#chosen = { turn, key, request };
    return turn.endpoint;
  }

  #context(): PoolContext {
    return { nowUs: () => this.#engine.now, random: (n) => this.#random.int(n), zone: this.#asker!.zone };
  }

  #endpoints({ pods, nodes, classes, ports }: EndpointSubset): PoolEndpoint[] {
    const state = this.#state;
    return Array.from(pods, (pod: PodRow, i) => ({
      address: `${podIp(pod)}:${ports[i]}`,
      weight: weightOf(state.classes.get(classes[i]).annotations[WEIGHT]),
      zone: nodes[i] < 0 ? -1 : state.nodes.zone[nodes[i]],
      held: () => this.#loads.held(pod),
    }));
  }

  #remember({ key, request }: Attempt): void {
    this.#failed.set(key, { request, atUs: this.#engine.now });
    const { size } = this.#failed;
    if (size <= FEW || (size & (size - 1)) !== 0) return;
    const sinceUs = this.#engine.now - MEMORY_US;
    for (const [one, { atUs }] of this.#failed) if (atUs < sinceUs) this.#failed.delete(one);
  }
}

/** By number of `Ended`. */
const endings: readonly Ending[] = ['answered', 'error', 'unanswered'];

function weightOf(text: string | undefined): number {
  const weight = Number(text ?? 1);
  return Number.isInteger(weight) && weight >= 1 && weight <= MOST_WEIGHT ? weight : 1;
}
