// One process that calls one destination: its pools, and the sessions that it may resume.
import type { CallerConnections } from '../../model/settings/connections.ts';
import type { MeshProxy } from '../mesh/mesh.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { Endpoint } from './connection.ts';
import type { EdgeCounts } from './counts.ts';
import { Pool } from './pool.ts';
import type { PortRange } from './local-ports.ts';
import { ResolvedAddresses } from './resolved-addresses.ts';
import type { ServerProcess } from './server-process.ts';

export class Group {
  readonly destination: number;
  readonly profile: CallerConnections;
  readonly edge: EdgeCounts;
  /** The caller's, -1 outside. */
  readonly pod: PodRow;
  readonly container: number;
  readonly node: NodeRow;
  /** The proxy of a mesh whose connections they are. */
  readonly proxy: MeshProxy | undefined;
  /** To the address of the Service. */
  readonly ports: PortRange = { taken: 0 };
  readonly sessions = new Set<ServerProcess>();
  /** Undefined where the caller knows at once what DNS has. */
  readonly resolved: ResolvedAddresses | undefined;
  /** Of connections to whichever endpoint; and by endpoint. */
  readonly whole: Pool;
  readonly #byEndpoint = new Map<string, Pool>();

  /** `container`: the number of the caller's among those of its pod that serve. */
  constructor(
    destination: number,
    profile: CallerConnections,
    edge: EdgeCounts,
    pod: PodRow,
    container: number,
    node: NodeRow,
    proxy?: MeshProxy,
  ) {
    this.proxy = proxy;
    this.resolved = profile.resolves === 'disconnected' ? new ResolvedAddresses() : undefined;
    this.destination = destination;
    this.profile = profile;
    this.edge = edge;
    this.pod = pod;
    this.container = container;
    this.node = node;
    this.whole = new Pool(this, undefined, this.ports);
  }

  get pools(): Iterable<Pool> {
    return [this.whole, ...this.#byEndpoint.values()];
  }

  poolOf(endpoint: Endpoint): Pool {
    const key = keyOf(endpoint);
    let pool = this.#byEndpoint.get(key);
    if (pool === undefined) {
      // An endpoint is an address of its own, with as many ports.
      pool = new Pool(this, endpoint, { taken: 0 });
      this.#byEndpoint.set(key, pool);
    }
    return pool;
  }

  /** Endpoints come and go: what is empty is made again when it is needed. */
  tidy(pool: Pool): void {
    if (pool.endpoint !== undefined && pool.isEmpty && pool.ports.taken === 0) {
      this.#byEndpoint.delete(keyOf(pool.endpoint));
    }
  }

  /** Whether a request would find a connection open, wherever it goes. */
  get isConnected(): boolean {
    if (this.whole.ready.size > 0) return true;
    for (const { ready } of this.#byEndpoint.values()) if (ready.size > 0) return true;
    return false;
  }
}

function keyOf({ pod, epoch, port, via }: Endpoint): string {
  return `${pod} ${epoch} ${port} ${via}`;
}
