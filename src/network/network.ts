// Hot dialect: connections through kube-proxies and sidecars to endpoints, and packets over links.
import { assert } from '../lib/assert.ts';
import type { Engine } from '../engine/engine.ts';
import type { Family } from '../lib/family.ts';
import type { EndpointSubset } from '../model/endpoints.ts';
import { Connect, Ended } from '../model/ports/routes.ts';
import type { EndpointFilter, NameKind, Reached, Routes, SidecarUse, UpstreamUse } from '../model/ports/routes.ts';
import type { Loads } from '../model/ports/processes.ts';
import type { NetworkTroubles } from '../model/ports/troubles.ts';
import { INSIDE, type RequestTraits } from '../model/request-traits.ts';
import type { ClusterState } from '../model/state.ts';
import { type ClientAddress, SessionAffinity } from './affinity.ts';
import type { Balancer, BalancerContext } from './balancers/balancer.ts';
import { balancers } from './balancers/index.ts';
import type { Board } from './board.ts';
import { Connections, type ProxyKey } from './connections.ts';
import { ConnectionTroubles, troublesOf } from './connection-troubles.ts';
import { ClusterNames, type Place } from './cluster-names.ts';
import { EndpointView } from './endpoint-view.ts';
import { HealthChecks } from './health-checks.ts';
import { KubeProxies } from './kube-proxy.ts';
import { Links } from './links.ts';
import type { NetworkPolicies } from './policies/network-policies.ts';
import { PortForwards } from './port-forwards.ts';
import { RouteTable } from './routes/route-table.ts';
import { ServiceBalancers } from './service-balancers.ts';
import type { NetworkSettings, Outside } from './settings.ts';
import { Sidecars } from './sidecars.ts';
import { type RequestKey, Upstreams } from './upstreams.ts';
import { WaysIn } from './ways-in.ts';
import type { ClassRow, NodeRow, PodRow } from '../model/rows.ts';

export class Network implements Routes {
  pod: PodRow = -1;
  epoch = 0;
  node: NodeRow = -1;
  port = 0;
  via: NodeRow = -1;
  connection = -1;
  key = -1;
  reusing = false;
  addresses: Routes['addresses'];
  sidecar = -1;
  readonly routes: RouteTable;
  readonly links: Links;
  readonly proxies: KubeProxies;
  readonly connections = new Connections();
  readonly troubles: NetworkTroubles;
  readonly #connecting: ConnectionTroubles;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #names: ClusterNames;
  readonly waysIn: WaysIn;
  readonly #outside: Outside | undefined;
  readonly #forwards: PortForwards;
  readonly #affinity: SessionAffinity;
  readonly #view: EndpointView;
  /** The index of the endpoint of the last connection in what the view shows; -1 where no balancer chose, and the class of its pod then. */
  #at = -1;
  #class: ClassRow = -1;
  readonly #balancers: ServiceBalancers;
  #policies: NetworkPolicies | undefined;
  /** Of proxies in pods that balance by themselves. */
  readonly #upstreams: Upstreams;
  /** Of proxies of a mesh. */
  readonly #sidecars: Sidecars;

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
    this.#connecting = new ConnectionTroubles(engine);
    this.troubles = troublesOf(this.links.troubles, this.#connecting);
    this.proxies = new KubeProxies(engine, state.endpoints, settings, 4 * (settings.longestUpstreamSyncUs ?? 0));
    this.#forwards = new PortForwards(state, this.routes.destinations);
    this.#affinity = new SessionAffinity(engine.seed);
    this.#names = new ClusterNames(engine, state, this.routes, settings.watchDelivery);
    const checks = new HealthChecks(engine, state, this.proxies, this.routes, this.links, settings.loadBalancer);
    this.waysIn = new WaysIn(engine, state, checks);
    this.#view = new EndpointView(engine.stream('network/balancer'), this.connections);
    this.#balancers = new ServiceBalancers(engine, state, settings, family, this.#view, this.routes.destinations);
    this.#upstreams = new Upstreams(engine, state.endpoints, settings.watchDelivery);
    this.#sidecars = new Sidecars(engine, state.endpoints, settings.watchDelivery, this.#balancers);
    if (this.#balancers.pools !== undefined) this.#connecting.watch();
  }

  /** From now on each connection is looked at. */
  enforce(policies: NetworkPolicies): void {
    this.#policies = policies;
    this.#connecting.watch();
  }

  /** Who knows the load of pods, for the balancers that use it. */
  watchLoads(loads: Loads): void {
    this.#balancers.watchLoads(loads);
  }

  destination(
    namespace: string,
    service: string,
    port: string,
    tunnel = '',
    clients = 0,
    request: RequestTraits = INSIDE,
  ): number {
    return this.routes.add(namespace, service, port, tunnel, clients, request);
  }

  upstream(namespace: string, service: string, port: string, use: UpstreamUse): number {
    const destination = this.routes.upstream(namespace, service, port, use);
    this.#upstreams.add(destination, `${namespace}/${service}:${port}`, use, () => this.#balancers.add(use.balancer));
    if (this.#balancers.pools !== undefined) this.#connecting.watch();
    return destination;
  }

  sidecars(use: SidecarUse): number {
    this.#connecting.watch();
    return this.#sidecars.add(use);
  }

  through(proxy: number, source: string): void {
    this.#upstreams.through(proxy, source);
  }

  upstreamEntry(destination: number, pod: PodRow): number {
    return this.#upstreams.entry(this.routes, destination, pod);
  }

  named(destination: number): NameKind {
    return this.#names.kindOf(destination);
  }

  filter(destination: number, filter: EndpointFilter): void {
    this.routes.filter(destination, filter);
  }

  connect(
    destination: number,
    fromNode: NodeRow,
    caller: PodRow,
    ordinal: number,
    hop: number,
    attempt: number,
  ): number {
    if (this.#connecting.any) {
      if (!this.reusing && !this.#connecting.resolves(fromNode)) return Connect.Unresolved;
      const zone = fromNode < 0 ? -1 : this.#state.nodes.zone[fromNode];
      const request = { ordinal, hop, attempt, key: this.key };
      this.#balancers.pools?.ask(this.#upstreams.asker(this.routes, destination, caller, zone, request));
      const result = this.#connectByRules(destination, fromNode, caller, ordinal, hop, attempt);
      return this.#watched(result, destination, fromNode, caller, request);
    }
    const { routes } = this;
    const route = routes.at(destination);
    // What nearly all connections are, in a function that the caller takes in.
    if (route.plain && !(fromNode < 0 && route.byNodes)) {
      const cursor = this.proxies.cursor(fromNode);
      if (route.cursor !== cursor) routes.refresh(route, destination, route.service, cursor);
      const subset = route.everywhere;
      if (route.plain && subset !== undefined && subset.pods.length > 0) {
        this.via = -1;
        this.#choose(destination, subset, fromNode, caller);
        return Connect.Open;
      }
    }
    return this.#connectByRules(destination, fromNode, caller, ordinal, hop, attempt);
  }

  /** What becomes of a connection where something may be in its way, or where proxies have pools. */
  #watched(result: number, destination: number, from: NodeRow, caller: PodRow, { ordinal, hop }: RequestKey): number {
    if (result !== Connect.Open) return result;
    const { pools } = this.#balancers;
    if (pools !== undefined) {
      const turn = pools.begin(this.connection);
      if (turn !== undefined) this.connection = -2 - turn;
      else if (pools.refused) return this.#giveUp(Connect.Refused);
    }
    if (this.reusing) return result;
    if (!this.passes(from, this.via, this.node)) return this.#giveUp(Connect.Dropped);
    const verdict = this.admits(destination, from, caller, ordinal, hop, this);
    return verdict === Connect.Open ? result : this.#giveUp(verdict);
  }

  passes(fromNode: NodeRow, via: NodeRow, toNode: NodeRow): boolean {
    return this.#connecting.passes(fromNode, via, toNode);
  }

  admits(destination: number, from: NodeRow, caller: PodRow, ordinal: number, hop: number, to: Reached): number {
    return this.#policies?.verdict({ destination, from, caller, ordinal, hop, to }) ?? Connect.Open;
  }

  leadsRequests(destination: number): boolean {
    const { rule, filter } = this.routes.at(destination);
    if (rule !== undefined || filter !== undefined) return true;
    return this.#balancers.leadsRequests(destination);
  }

  clientOf(destination: number, ordinal: number, hop: number): number {
    return this.routes.clientOf(destination, ordinal, hop);
  }

  /** The connection that was opened comes to nothing. */
  #giveUp(result: number): number {
    this.disconnect(this.connection, Ended.Unanswered);
    this.connection = -1;
    return result;
  }

  #connectByRules(
    destination: number,
    fromNode: NodeRow,
    caller: PodRow,
    ordinal: number,
    hop: number,
    attempt: number,
  ): number {
    const { routes } = this;
    const { destinations } = routes;
    if (destinations.isTunnel(destination)) return this.#goTo(this.#forwards.tunnel(destination));
    if (destinations.pod(destination) !== '') return this.#goTo(this.#names.address(destination));
    if (this.#upstreams.of(destination) !== undefined)
      return this.#connectUpstream(destination, caller, { ordinal, hop, attempt });
    const service = destinations.service(destination);
    this.via = -1;
    if (service < 0) return Connect.Refused;
    let cursor = this.#names.cursor();
    let rules = routes.rulesAt(service, cursor);
    if (rules !== undefined && rules.externalName !== '') return this.#leave(rules.externalName);
    const outside = fromNode < 0;
    const sidecar = this.#sidecars.of(this.sidecar);
    let node = sidecar === undefined ? fromNode : -1;
    if (rules?.headless !== true) {
      cursor = sidecar?.cursor(caller) ?? this.proxies.cursor(node);
      rules = routes.rulesAt(service, cursor);
      if (outside && rules?.externallyAccessible === true) {
        node = this.waysIn.node(service, rules, ordinal, hop, attempt);
        if (node < 0) return Connect.Refused;
        if (this.#state.machines.nodeUp[node] === 0) return Connect.Dropped;
        this.via = node;
        cursor = this.proxies.cursor(node);
        rules = routes.rulesAt(service, cursor);
      }
      // A name without addresses of its own is the affair of DNS, which has it no more.
      if (rules === undefined || rules.headless || rules.externalName !== '') return Connect.Refused;
    }
    let subset = routes.lead(destination, cursor, node, outside, ordinal, hop, attempt);
    if (subset === undefined) return Connect.Refused;
    if (this.addresses !== undefined && rules.headless) subset = this.addresses(subset);
    const { filter } = routes.at(destination);
    if (filter !== undefined && subset.pods.length > 0) {
      subset = filter(caller, subset);
      if (subset.pods.length === 0) return Connect.Refused;
    }
    if (subset.pods.length === 0) {
      return rules.usesLocal && !rules.headless && routes.usable(destination) ? Connect.Dropped : Connect.Refused;
    }
    if (sidecar !== undefined && !rules.headless) {
      this.#chooseBy(sidecar.balancerOf(service), subset, this.#upstreams.proxy as ProxyKey);
      return Connect.Open;
    }
    // A router with a cookie keeps clients for as long as their session lasts.
    const affinityUs = routes.keepsClients(destination) ? Infinity : rules.affinityUs;
    if (affinityUs === 0 || rules.headless) {
      this.#choose(destination, subset, node, caller);
    } else {
      const client = this.#affinity.addressOf(caller, destinations.clients(destination), ordinal, hop);
      this.#stick(destination, subset, node, caller, affinityUs, client);
    }
    return Connect.Open;
  }

  /** By a proxy in a pod, which knows endpoints by itself. */
  #connectUpstream(destination: number, caller: PodRow, request: RequestKey): number {
    const upstreams = this.#upstreams;
    const led = upstreams.lead(this.routes, destination, caller, request);
    if (typeof led === 'string') return this.#leave(led);
    this.via = -1;
    if (led === undefined) return Connect.Refused;
    const { balancer } = upstreams.of(destination)!;
    this.#balancers.leads(balancer, this.routes.destinations.service(destination));
    this.#chooseBy(balancer, led, upstreams.proxy as ProxyKey);
    return Connect.Open;
  }

  /** A name of type ExternalName leads to a host outside, if there is one. */
  #leave(host: string): number {
    return this.#goTo(this.#outside?.find(host));
  }

  /** No balancer chooses; without a place nothing of that name is there. */
  #goTo(place: Place | undefined): number {
    if (place === undefined) return Connect.Refused;
    this.pod = place.pod;
    this.epoch = place.epoch;
    this.node = place.node;
    this.port = place.port ?? 0;
    this.via = -1;
    this.connection = -1;
    this.#at = -1;
    this.#class = place.podClass ?? -1;
    return Connect.Open;
  }

  #choose(destination: number, subset: EndpointSubset, node: NodeRow, caller: PodRow): void {
    const which = this.#balancers.of(destination, subset.number);
    const counts = this.#balancers.list[which].countsConnections;
    this.#chooseBy(which, subset, (counts ? caller : node) as number as ProxyKey);
  }

  #chooseBy(which: number, subset: EndpointSubset, proxy: ProxyKey): void {
    const balancer = this.#balancers.list[which];
    const board = this.#balancers.boards[which];
    const view = this.#view;
    view.look(subset, proxy, board);
    const index = balancer.choose(view);
    this.#take(subset, index, proxy, board);
    if (balancer.countsConnections) this.connection = this.#open(subset.number, proxy, index);
  }

  /** As long as its time has not run out, a client is sent to the endpoint that it had. A kube-proxy does so, no sidecar. */
  #stick(
    destination: number,
    subset: EndpointSubset,
    node: NodeRow,
    caller: PodRow,
    affinityUs: number,
    client: ClientAddress,
  ): void {
    const { now } = this.#engine;
    const which = this.#balancers.of(destination, subset.number);
    const { countsConnections } = this.#balancers.list[which];
    const index = countsConnections ? -1 : this.#affinity.find(subset, node, client, now);
    if (index >= 0) {
      const proxy = node as number as ProxyKey;
      const board = this.#balancers.boards[which];
      this.#view.look(subset, proxy, board);
      this.#take(subset, index, proxy, board);
    } else {
      this.#choose(destination, subset, node, caller);
      if (countsConnections) return;
    }
    this.#affinity.keep(subset, this.#at, node, client, now, affinityUs);
  }

  #take(subset: EndpointSubset, index: number, proxy: ProxyKey, board: Board | undefined): void {
    const { pods } = subset;
    const pod = pods[index];
    if (pod === undefined) assert(false, `a balancer chose endpoint ${index} of ${pods.length}`);
    this.pod = pod;
    this.epoch = subset.epochs[index];
    this.node = subset.nodes[index];
    this.port = subset.ports[index];
    this.connection = -1;
    this.#at = index;
    if (board !== undefined) board.sent.add(board.sent.cell(subset.number, proxy, pod, this.epoch), 1);
  }

  /** Looked up only for those who ask. */
  get podClass(): ClassRow {
    return this.#at < 0 ? this.#class : this.#view.classOf(this.#at);
  }

  disconnect(connection: number, how: number): void {
    if (connection >= 0) this.connections.add(connection, -1);
    else if (connection < -1) this.#endTurn(connection, how);
  }

  /** A turn of a pool is numbered from -2 down; where it counts, it has a connection of the proxy besides. */
  #endTurn(connection: number, how: number): void {
    const cell = this.#balancers.pools!.end(-2 - connection, how);
    if (cell >= 0) this.connections.add(cell, -1);
  }

  delayUs(fromNode: NodeRow, via: NodeRow, toNode: NodeRow): number {
    if (!this.#connecting.any) return this.links.wayUs(fromNode, via, toNode);
    const waitUs = this.#connecting.takeWaitUs();
    const us = this.links.wayUs(fromNode, via, toNode);
    return us < 0 ? us : us + waitUs;
  }

  bytesPerSecond(fromNode: NodeRow, toNode: NodeRow): number {
    return this.links.bytesPerSecond(fromNode, toNode);
  }

  #open(subset: number, proxy: ProxyKey, index: number): number {
    let cell = this.#view.cell(index);
    if (cell < 0) cell = this.connections.cell(subset, proxy, this.pod, this.epoch);
    this.connections.add(cell, 1);
    return cell;
  }
}
