// Which nodes the load balancer of a Service sends connections to: it asks each of them, every so often.
import type { Engine } from '../engine/engine.ts';
import type { ServiceRules } from '../model/service-rules.ts';
import type { NodeRow, ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { KubeProxies } from './kube-proxy.ts';
import type { Links } from './links.ts';
import type { RouteTable } from './routes/route-table.ts';
import type { NetworkSettings } from './settings.ts';

interface Balanced {
  readonly service: ObjectRow;
  rules: ServiceRules;
  /** By node: answers in a row that differ from what is believed of it, and that. */
  readonly against: Map<NodeRow, number>;
  readonly healthy: Set<NodeRow>;
  nodes: readonly NodeRow[];
}

/**
 * With the traffic policy Local it asks for the ready endpoints on the node (spec.healthCheckNodePort), else whether kube-proxy is
 * there at all. Nodes that are new have to answer as often as one that was lost.
 */
export class HealthChecks {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #proxies: KubeProxies;
  readonly #routes: RouteTable;
  readonly #links: Links;
  readonly #settings: NetworkSettings['loadBalancer'];
  readonly #balanced = new Map<ObjectRow, Balanced>();
  readonly #check: number;

  constructor(
    engine: Engine,
    state: ClusterState,
    proxies: KubeProxies,
    routes: RouteTable,
    links: Links,
    settings: NetworkSettings['loadBalancer'],
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#proxies = proxies;
    this.#routes = routes;
    this.#links = links;
    this.#settings = settings;
    this.#check = engine.kind('network.health-check', (service) => this.#again(service as ObjectRow));
  }

  /** The nodes that are healthy in the eyes of the Service's load balancer, which exists from the first time on that somebody asks. */
  nodes(service: ObjectRow, rules: ServiceRules): readonly NodeRow[] {
    let balanced = this.#balanced.get(service);
    if (balanced === undefined) {
      balanced = { service, rules, against: new Map(), healthy: new Set(), nodes: [] };
      this.#balanced.set(service, balanced);
      for (const node of this.#alive()) if (this.#answers(balanced, node)) balanced.healthy.add(node);
      balanced.nodes = [...balanced.healthy];
      this.#engine.after(this.#settings.checkPeriodUs, this.#check, service, 0);
    }
    balanced.rules = rules;
    return balanced.nodes;
  }

  #again(service: ObjectRow): void {
    const balanced = this.#balanced.get(service);
    if (balanced === undefined) return;
    if (this.#routes.rulesAt(service, this.#proxies.cursor(-1)) === undefined) {
      this.#balanced.delete(service);
      return;
    }
    const alive = new Set(this.#alive());
    for (const node of balanced.healthy) if (!alive.has(node)) balanced.healthy.delete(node);
    for (const node of alive) this.#judge(balanced, node);
    balanced.nodes = [...balanced.healthy];
    this.#engine.after(this.#settings.checkPeriodUs, this.#check, service, 0);
  }

  #judge(balanced: Balanced, node: NodeRow): void {
    const { healthy, against } = balanced;
    const believed = healthy.has(node);
    const { healthyThreshold, unhealthyThreshold } = this.#settings;
    if (this.#answers(balanced, node) === believed) {
      against.delete(node);
      return;
    }
    const times = (against.get(node) ?? 0) + 1;
    against.set(node, times);
    if (times < (believed ? unhealthyThreshold : healthyThreshold)) return;
    against.delete(node);
    if (believed) healthy.delete(node);
    else healthy.add(node);
  }

  #answers({ service, rules }: Balanced, node: NodeRow): boolean {
    if (this.#state.machines.nodeUp[node] === 0 || !this.#links.isOpen(-1, node)) return false;
    return !rules.externalLocal || this.#routes.localReady(service, this.#proxies.cursor(node), node) > 0;
  }

  *#alive(): Generator<NodeRow, void, undefined> {
    const { nodes } = this.#state;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 1) yield node;
    }
  }
}
