// Hot dialect: connections through kube-proxies and sidecars to endpoints, and packets over links.
import { assert } from '../lib/assert.ts';
import type { Engine } from '../engine/engine.ts';
import type { Family } from '../lib/family.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { EndpointVersion } from '../model/endpoints.ts';
import type { Loads, Routes } from '../model/ports.ts';
import type { ClusterState } from '../model/state.ts';
import type { Balancer, BalancerContext } from './balancers/balancer.ts';
import { balancers } from './balancers/index.ts';
import { Board } from './board.ts';
import { Connections, type ProxyKey } from './connections.ts';
import { EndpointView } from './endpoint-view.ts';
import { KubeProxies } from './kube-proxy.ts';
import { Links } from './links.ts';
import { RouteTable } from './routes/route-table.ts';
import type { NetworkSettings } from './settings.ts';
import type { ClassRow, NodeRow, PodRow } from '../model/rows.ts';

export class Network implements Routes {
  pod: PodRow = -1;
  epoch = 0;
  node: NodeRow = -1;
  port = 0;
  connection = -1;
  readonly routes: RouteTable;
  readonly links: Links;
  readonly proxies: KubeProxies;
  readonly connections = new Connections();
  readonly #state: ClusterState;
  readonly #view: EndpointView;
  /** Where the endpoint of the last connection stands. */
  #chosen: EndpointVersion | undefined;
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
  ) {
    this.#state = state;
    this.routes = new RouteTable(engine, state);
    this.links = new Links(engine, state, settings.links);
    this.proxies = new KubeProxies(engine, state.endpoints, settings);
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

  destination(namespace: string, service: string, port: string): number {
    return this.routes.add(namespace, service, port);
  }

  connect(
    destination: number,
    fromNode: NodeRow,
    caller: PodRow,
    ordinal: number,
    hop: number,
    attempt: number,
  ): boolean {
    const cursor = this.proxies.cursor(fromNode);
    const subset = this.routes.lead(destination, cursor, ordinal, hop, attempt);
    if (subset === undefined) return false;
    const { members, version, number } = subset;
    if (members.length === 0) return false;
    const chosen = number < this.#balancer.length ? this.#balancer[number] : -1;
    const which = chosen >= 0 ? chosen : this.#balancerOf(destination, number);
    const balancer = this.#balancers[which];
    const board = this.#boards[which];
    const view = this.#view;
    const counts = balancer.countsConnections;
    const proxy = (counts ? caller : fromNode) as number as ProxyKey;
    view.look(subset, proxy, board);
    const index = balancer.choose(view);
    const at = members[index];
    if (at === undefined) assert(false, `a balancer chose endpoint ${index} of ${members.length}`);
    this.pod = version.pods[at];
    this.epoch = version.epochs[at];
    this.node = version.nodes[at];
    this.port = subset.targets === undefined ? subset.target : subset.targets[at];
    this.#chosen = version;
    this.#at = at;
    this.connection = counts ? this.#open(number, proxy, index) : -1;
    if (board !== undefined) board.sent.add(board.sent.cell(number, proxy, this.pod, this.epoch), 1);
    return true;
  }

  /** Looked up only for those who ask. */
  get podClass(): ClassRow {
    return this.#chosen?.classes[this.#at] ?? -1;
  }

  disconnect(connection: number): void {
    if (connection >= 0) this.connections.add(connection, -1);
  }

  delayUs(fromNode: NodeRow, toNode: NodeRow): number {
    return this.links.delayUs(fromNode, toNode);
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
