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
  /** The healthy ones, together or by zone: a client comes by any of these groups. */
  groups: readonly (readonly NodeRow[])[];
}

/** The cloud provider leaves nodes out that have it. */
const EXCLUDED_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';

/**
 * With the traffic policy Local it asks for the ready endpoints on the node (spec.healthCheckNodePort), else whether kube-proxy is
 * there at all. Nodes that are new have to answer as often as one that was lost. What is open by a node that has left goes on for a while.
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
  readonly #cutOff: number;
  /** Connections of the Service's load balancer by that node end now. Without anybody who keeps connections nothing is booked. */
  cut: ((service: ObjectRow, node: NodeRow) => void) | undefined;

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
    this.#cutOff = engine.kind('network.load-balancer.cut', (service, node) => {
      if (this.#balanced.get(service as ObjectRow)?.healthy.has(node as NodeRow) === true) return;
      this.cut?.(service as ObjectRow, node as NodeRow);
    });
  }

  /**
   * The nodes that are healthy in the eyes of the Service's load balancer, which exists from the first time on that somebody asks: all of them, or,
   * where it does not cross zones, those of each zone that has one.
   */
  groups(service: ObjectRow, rules: ServiceRules): readonly (readonly NodeRow[])[] {
    let balanced = this.#balanced.get(service);
    if (balanced === undefined) {
      balanced = { service, rules, against: new Map(), healthy: new Set(), groups: [] };
      this.#balanced.set(service, balanced);
      for (const node of this.#alive()) if (this.#answers(balanced, node)) balanced.healthy.add(node);
      balanced.groups = this.#grouped(balanced.healthy);
      this.#engine.after(this.#settings.checkPeriodUs, this.#check, service, 0);
    }
    balanced.rules = rules;
    return balanced.groups;
  }

  #again(service: ObjectRow): void {
    const balanced = this.#balanced.get(service);
    if (balanced === undefined) return;
    if (this.#routes.rulesAt(service, this.#proxies.cursor(-1)) === undefined) {
      this.#balanced.delete(service);
      return;
    }
    const alive = new Set(this.#alive());
    for (const node of balanced.healthy) {
      if (alive.has(node)) continue;
      balanced.healthy.delete(node);
      this.#left(service, node, this.#settings.deregistrationDelayUs);
    }
    for (const node of alive) this.#judge(balanced, node);
    balanced.groups = this.#grouped(balanced.healthy);
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
    if (!believed) {
      healthy.add(node);
      return;
    }
    healthy.delete(node);
    this.#left(balanced.service, node, this.#settings.unhealthyDelayUs);
  }

  #left(service: ObjectRow, node: NodeRow, delayUs: number): void {
    if (this.cut !== undefined && delayUs < Infinity) this.#engine.after(delayUs, this.#cutOff, service, node);
  }

  #grouped(healthy: ReadonlySet<NodeRow>): readonly (readonly NodeRow[])[] {
    if (this.#settings.crossZone) return [[...healthy]];
    const zones = new Map<number, NodeRow[]>();
    for (const node of healthy) {
      const zone = this.#state.nodes.zone[node];
      const others = zones.get(zone);
      if (others === undefined) zones.set(zone, [node]);
      else others.push(node);
    }
    return [...zones.values()];
  }

  #answers({ service, rules }: Balanced, node: NodeRow): boolean {
    if (this.#state.machines.nodeUp[node] === 0 || !this.#links.isOpen(-1, node)) return false;
    return !rules.externalLocal || this.#routes.localReady(service, this.#proxies.cursor(node), node) > 0;
  }

  *#alive(): Generator<NodeRow, void, undefined> {
    const { nodes } = this.#state;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 1 && !this.#isExcluded(node)) yield node;
    }
  }

  #isExcluded(node: NodeRow): boolean {
    const { nodes, classes } = this.#state;
    return EXCLUDED_LABEL in classes.labelSets.get(nodes.labels[node]);
  }
}
