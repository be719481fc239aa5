// Hot dialect: connections through kube-proxies and sidecars to endpoints, and packets over links.
import { assert } from '../lib/assert.ts';
import type { Engine } from '../engine/engine.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { Family } from '../lib/family.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { EndpointSubset } from '../model/endpoints.ts';
import { Connect, type ExternalSystems, type Loads, type Routes } from '../model/ports.ts';
import type { ClusterState } from '../model/state.ts';
import { type ClientAddress, SessionAffinity } from './affinity.ts';
import type { Balancer, BalancerContext } from './balancers/balancer.ts';
import { balancers } from './balancers/index.ts';
import { Board } from './board.ts';
import { Connections, type ProxyKey } from './connections.ts';
import { DnsView } from './dns-view.ts';
import { EndpointView } from './endpoint-view.ts';
import { HealthChecks } from './health-checks.ts';
import { KubeProxies } from './kube-proxy.ts';
import { Links } from './links.ts';
import { PortForwards } from './port-forwards.ts';
import { RouteTable } from './routes/route-table.ts';
import type { NetworkSettings } from './settings.ts';
import { WaysIn } from './ways-in.ts';
import type { ClassRow, NodeRow, PodRow } from '../model/rows.ts';

/** Hosts outside the cluster, and the latency to each by its zone. */
export interface Outside extends Pick<ExternalSystems, 'find'> {
  readonly latencies: ReadonlyMap<number, DistributionSpec>;
}

export class Network implements Routes {
  pod: PodRow = -1;
  epoch = 0;
  node: NodeRow = -1;
  port = 0;
  via: NodeRow = -1;
  connection = -1;
  readonly routes: RouteTable;
  readonly links: Links;
  readonly proxies: KubeProxies;
  readonly connections = new Connections();
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #dns: DnsView;
  readonly #waysIn: WaysIn;
  readonly #outside: Outside | undefined;
  readonly #forwards: PortForwards;
  readonly #affinity: SessionAffinity;
  readonly #view: EndpointView;
  /** Where the endpoint of the last connection stands. */
  #chosen: EndpointSubset | undefined;
  #at = 0;
  readonly #byName = new Map<string, number>();
  readonly #balancers: Balancer[] = [];
  /** By balancer. */
  readonly #boards: (Board | undefined)[] = [];
  /** By subset of endpoints: its balancer, -1 before the first connection. */
  #balancer = new Int32Array(0);

  /** Throws an InputError for an unknown balancer or argument. */
  constructor(
    engine: Engine,
    state: ClusterState,
    settings: NetworkSettings,
    family: Family<BalancerContext, Balancer> = balancers,
    outside?: Outside,
  ) {
    this.#outside = outside;
    this.#engine = engine;
    this.#state = state;
    this.routes = new RouteTable(engine, state);
    this.links = new Links(engine, state, settings.links, outside?.latencies);
    this.proxies = new KubeProxies(engine, state.endpoints, settings);
    this.#forwards = new PortForwards(state, this.routes.destinations);
    this.#affinity = new SessionAffinity(engine.seed);
    this.#dns = new DnsView(engine, state.endpoints, settings.watchDelivery);
    const checks = new HealthChecks(engine, state, this.proxies, this.routes, settings.loadBalancer);
    this.#waysIn = new WaysIn(engine, state, checks);
    this.#view = new EndpointView(engine.stream('network/balancer'), this.connections);
    const context = { nowUs: () => engine.now };
    this.#balancers.push(family.create(settings.balancer.name, settings.balancer.args, context));
    for (const { namespace, name, balancer } of settings.balancers) {
      this.#byName.set(`${namespace}/${name}`, this.#balancers.length);
      this.#balancers.push(family.create(balancer.name, balancer.args, context));
    }
    for (const [index, { boardUs }] of this.#balancers.entries()) {
      const board =
        boardUs === undefined ? undefined : new Board(engine, state.endpoints, boardUs, `network.board ${index}`);
      this.#boards.push(board);
    }
  }

  /** Who knows the load of pods, for the balancers that use it. */
  watchLoads(loads: Loads): void {
    for (const board of this.#boards) board?.watch(loads);
  }

  destination(namespace: string, service: string, port: string, tunnel = ''): number {
    return this.routes.add(namespace, service, port, tunnel);
  }

  connect(
    destination: number,
    fromNode: NodeRow,
    caller: PodRow,
    clients: number,
    ordinal: number,
    hop: number,
    attempt: number,
  ): number {
    const { destinations } = this.routes;
    const service = destinations.service(destination);
    const rules = destinations.rules(destination);
    this.via = -1;
    if (rules === undefined) return Connect.Refused;
    if (rules.externalName !== '') return this.#leave(rules.externalName);
    const outside = fromNode < 0;
    let node = fromNode;
    if (outside && rules.externallyAccessible) {
      node = this.#waysIn.node(service, rules, ordinal, hop, attempt);
      if (node < 0) return Connect.Refused;
      if (this.#state.machines.nodeUp[node] === 0) return Connect.Dropped;
      this.via = node;
    }
    const cursor = rules.headless ? this.#dns.cursor() : this.proxies.cursor(node);
    const subset = this.routes.lead(destination, cursor, node, outside, ordinal, hop, attempt);
    if (subset === undefined) return Connect.Refused;
    if (subset.pods.length === 0) {
      return rules.usesLocal && !rules.headless && this.routes.usable(destination) ? Connect.Dropped : Connect.Refused;
    }
    const sticky = rules.affinityUs > 0 && !rules.headless;
    const address = sticky ? this.#affinity.addressOf(caller, clients, ordinal, hop) : 0;
    this.#choose(destination, subset, node, caller, sticky ? rules.affinityUs : 0, address);
    return Connect.Open;
  }

  forward(destination: number): number {
    const tunnel = this.#forwards.tunnel(destination);
    if (tunnel === undefined) return Connect.Refused;
    return this.#goTo(tunnel.pod, tunnel.epoch, this.#state.pods.node[tunnel.pod], tunnel.port);
  }

  /** A name of type ExternalName leads to a host outside, if there is one. */
  #leave(host: string): number {
    const place = this.#outside?.find(host);
    return place === undefined ? Connect.Refused : this.#goTo(place.pod, place.epoch, place.node, 0);
  }

  /** No balancer chooses. */
  #goTo(pod: PodRow, epoch: number, node: NodeRow, port: number): number {
    this.pod = pod;
    this.epoch = epoch;
    this.node = node;
    this.port = port;
    this.via = -1;
    this.connection = -1;
    this.#chosen = undefined;
    return Connect.Open;
  }

  #choose(
    destination: number,
    subset: EndpointSubset,
    node: NodeRow,
    caller: PodRow,
    affinityUs: number,
    client: ClientAddress,
  ): void {
    const { number, pods } = subset;
    const chosen = number < this.#balancer.length ? this.#balancer[number] : -1;
    const which = chosen >= 0 ? chosen : this.#balancerOf(destination, number);
    const balancer = this.#balancers[which];
    const board = this.#boards[which];
    const view = this.#view;
    const counts = balancer.countsConnections;
    const proxy = (counts ? caller : node) as number as ProxyKey;
    view.look(subset, proxy, board);
    const sticky = affinityUs > 0 && !counts;
    let index = sticky ? this.#affinity.find(subset, node, client, this.#engine.now) : -1;
    if (index < 0) index = balancer.choose(view);
    const pod = pods[index];
    if (pod === undefined) assert(false, `a balancer chose endpoint ${index} of ${pods.length}`);
    if (sticky) this.#affinity.keep(subset, index, node, client, this.#engine.now, affinityUs);
    this.pod = pod;
    this.epoch = subset.epochs[index];
    this.node = subset.nodes[index];
    this.port = subset.ports[index];
    this.#chosen = subset;
    this.#at = index;
    this.connection = counts ? this.#open(number, proxy, index) : -1;
    if (board !== undefined) board.sent.add(board.sent.cell(number, proxy, this.pod, this.epoch), 1);
  }

  /** Looked up only for those who ask. */
  get podClass(): ClassRow {
    return this.#chosen?.classes[this.#at] ?? -1;
  }

  disconnect(connection: number): void {
    if (connection >= 0) this.connections.add(connection, -1);
  }

  delayUs(fromNode: NodeRow, via: NodeRow, toNode: NodeRow): number {
    const { links } = this;
    if (via < 0 || via === fromNode || via === toNode) return links.delayUs(fromNode, toNode);
    const firstUs = links.delayUs(fromNode, via);
    const secondUs = links.delayUs(via, toNode);
    return firstUs < 0 || secondUs < 0 ? -1 : firstUs + secondUs;
  }

  #open(subset: number, proxy: ProxyKey, index: number): number {
    let cell = this.#view.cell(index);
    if (cell < 0) cell = this.connections.cell(subset, proxy, this.pod, this.epoch);
    this.connections.add(cell, 1);
    return cell;
  }

  #balancerOf(destination: number, subset: number): number {
    const service = this.routes.destinations.service(destination);
    const { objects } = this.#state;
    const found = this.#byName.get(`${objects.namespace[service]}/${objects.name[service]}`) ?? 0;
    const old = this.#balancer.length;
    let capacity = old;
    while (subset >= capacity) capacity = nextCapacity(capacity);
    if (capacity > old) this.#balancer = grown(this.#balancer, capacity).fill(-1, old);
    this.#balancer[subset] = found;
    this.#boards[found]?.list(service);
    return found;
  }
}
