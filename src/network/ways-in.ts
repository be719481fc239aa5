// Hot dialect: by which node a connection from outside comes into the cluster.
import { CounterRandom } from '../engine/counter.ts';
import type { Engine } from '../engine/engine.ts';
import type { ServiceRules } from '../model/service-rules.ts';
import type { NodeRow, ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { HealthChecks } from './health-checks.ts';

/**
 * To a node port, clients come by any node, dead ones too: nobody tells them. A load balancer spreads connections over the
 * nodes that are healthy by its checks, of all zones or of the zone by which a client comes. To a Service that has neither, the cluster's edge connects by itself, as an ingress does.
 */
export class WaysIn {
  readonly #state: ClusterState;
  readonly checks: HealthChecks;
  readonly #luck: CounterRandom;
  #nodes: NodeRow[] = [];
  /** The log of nodes when they were counted. */
  #countedAt = -1;

  constructor(engine: Engine, state: ClusterState, checks: HealthChecks) {
    this.#state = state;
    this.checks = checks;
    this.#luck = new CounterRandom(engine.seed, 'network/ways-in');
  }

  /** The node, or -1 when there is none. */
  node(service: ObjectRow, rules: ServiceRules, ordinal: number, hop: number, attempt: number): NodeRow {
    const groups = rules.loadBalancer ? this.checks.groups(service, rules) : undefined;
    if (groups?.length === 0) return -1;
    this.#luck.seek(ordinal, hop, attempt);
    let nodes = groups === undefined ? this.#all() : groups[0];
    if (groups !== undefined && groups.length > 1) nodes = groups[Math.floor(this.#luck.uniform() * groups.length)];
    if (nodes.length === 0) return -1;
    return nodes[Math.floor(this.#luck.uniform() * nodes.length)];
  }

  #all(): readonly NodeRow[] {
    const { nodes, nodeLog } = this.#state;
    if (this.#countedAt === nodeLog.next + nodes.length) return this.#nodes;
    this.#countedAt = nodeLog.next + nodes.length;
    this.#nodes = [];
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 1) this.#nodes.push(node);
    }
    return this.#nodes;
  }
}
