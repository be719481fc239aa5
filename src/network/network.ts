// Hot dialect: connections through kube-proxies and sidecars to endpoints, and packets over links.
import { assert } from '../lib/assert.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import type { Family } from '../lib/family.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { EndpointVersion } from '../model/endpoints.ts';
import type { Loads, Routes } from '../model/ports.ts';
import type { ClusterState } from '../model/state.ts';
import type { Balancer, BalancerView } from './balancers/balancer.ts';
import { balancers } from './balancers/index.ts';
import { Board } from './board.ts';
import { Connections } from './connections.ts';
import { KubeProxies } from './kube-proxy.ts';
import { Links } from './links.ts';
import type { NetworkSettings } from './settings.ts';

/** The caller outside. */
const EDGE = -1;

export class Network implements Routes {
  pod = -1;
  epoch = 0;
  node = -1;
  connection = -1;
  readonly links: Links;
  readonly proxies: KubeProxies;
  readonly connections = new Connections();
  readonly #state: ClusterState;
  readonly #view: View;
  readonly #byName = new Map<string, number>();
  readonly #balancers: Balancer[] = [];
  /** By balancer. */
  readonly #boards: (Board | undefined)[] = [];
  /** By Service (object row): its balancer, -1 before its first connection; what was last looked up and for which cursor. */
  #balancer = new Int32Array(0);
  #cachedCursor = new Int32Array(0);
  readonly #cached: EndpointVersion[] = [];

  /** Throws an InputError for an unknown balancer or argument. */
  constructor(
    engine: Engine,
    state: ClusterState,
    settings: NetworkSettings,
    family: Family<void, Balancer> = balancers,
  ) {
    this.#state = state;
    this.links = new Links(engine, state, settings.links);
    this.proxies = new KubeProxies(engine, state.endpoints, settings);
    this.#view = new View(engine.stream('network/balancer'), this.connections);
    this.#balancers.push(family.create(settings.balancer.name, settings.balancer.args, undefined));
    for (const { namespace, name, balancer } of settings.balancers) {
      this.#byName.set(`${namespace}/${name}`, this.#balancers.length);
      this.#balancers.push(family.create(balancer.name, balancer.args, undefined));
    }
    for (const [index, { boardUs }] of this.#balancers.entries()) {
      const board =
        boardUs === undefined ? undefined : new Board(engine, state.endpoints, boardUs, `network.board ${index}`);
      this.#boards.push(board);
    }
  }

  /** Who knows the load of pods, for the balancers that are told of it. */
  watchLoads(loads: Loads): void {
    for (const board of this.#boards) board?.watch(loads);
  }

  connect(service: number, fromNode: number, caller: number): boolean {
    const cursor = this.proxies.cursor(fromNode);
    if (service >= this.#balancer.length) this.#grow(service);
    if (this.#cachedCursor[service] !== cursor) {
      this.#cachedCursor[service] = cursor;
      this.#cached[service] = this.#state.endpoints.at(service, cursor);
    }
    const version = this.#cached[service];
    const { usable } = version;
    if (usable.length === 0) return false;
    const number = this.#balancerOf(service);
    const balancer = this.#balancers[number];
    const board = this.#boards[number];
    const view = this.#view;
    const counts = balancer.countsConnections;
    const proxy = counts ? caller : fromNode;
    view.look(version, service, proxy, board);
    const index = balancer.choose(view);
    const at = usable[index];
    if (at === undefined) assert(false, `a balancer chose endpoint ${index} of ${usable.length}`);
    this.pod = version.pods[at];
    this.epoch = version.epochs[at];
    this.node = version.nodes[at];
    this.connection = counts ? this.#open(service, proxy, index) : -1;
    if (board !== undefined) board.sent.add(board.sent.cell(service, proxy, this.pod, this.epoch), 1);
    return true;
  }

  disconnect(connection: number): void {
    if (connection >= 0) this.connections.add(connection, -1);
  }

  delayUs(fromNode: number, toNode: number): number {
    return this.links.delayUs(fromNode, toNode);
  }

  #open(service: number, proxy: number, index: number): number {
    let cell = this.#view.cell(index);
    if (cell < 0) cell = this.connections.cell(service, proxy, this.pod, this.epoch);
    this.connections.add(cell, 1);
    return cell;
  }

  #balancerOf(service: number): number {
    const known = this.#balancer[service];
    if (known >= 0) return known;
    const { objects } = this.#state;
    const found = this.#byName.get(`${objects.namespace[service]}/${objects.name[service]}`) ?? 0;
    this.#balancer[service] = found;
    this.#boards[found]?.list(service);
    return found;
  }

  #grow(service: number): void {
    const old = this.#balancer.length;
    let capacity = old;
    while (service >= capacity) capacity = nextCapacity(capacity);
    this.#balancer = grown(this.#balancer, capacity).fill(-1, old);
    this.#cachedCursor = grown(this.#cachedCursor, capacity).fill(-1, old);
    for (let row = old; row < capacity; row += 1) this.#cached.push(this.#state.endpoints.at(row, 0));
  }
}

/** The edge has most of the connections: the cells that it has found, by endpoint, until they may have changed. */
class EdgeCells {
  readonly version: EndpointVersion;
  readonly generation: number;
  readonly cells: Int32Array;

  constructor(version: EndpointVersion, generation: number) {
    this.version = version;
    this.generation = generation;
    this.cells = new Int32Array(version.usable.length).fill(-1);
  }
}

/** The endpoints of one choice, as its balancer sees them. */
class View implements BalancerView {
  count = 0;
  readonly #random: Random;
  readonly #connections: Connections;
  /** The integer that a proxy keeps for a Service is a cell of its own: no pod has row -1. */
  readonly #memories = new Connections();
  #version: EndpointVersion | undefined;
  #board: Board | undefined;
  #service = 0;
  #proxy = 0;
  /** By Service. */
  readonly #edges: EdgeCells[] = [];
  #edge: EdgeCells | undefined;

  constructor(random: Random, connections: Connections) {
    this.#random = random;
    this.#connections = connections;
  }

  look(version: EndpointVersion, service: number, proxy: number, board: Board | undefined): void {
    this.#version = version;
    this.#board = board;
    this.#service = service;
    this.#proxy = proxy;
    this.count = version.usable.length;
    if (proxy === EDGE) this.#lookFromEdge(version, service);
  }

  random(n: number): number {
    return this.#random.int(n);
  }

  open(i: number): number {
    const cell = this.cell(i);
    return cell < 0 ? 0 : this.#connections.count(cell);
  }

  /** The cell of the proxy's connections to endpoint i, -1 when it has none. */
  cell(i: number): number {
    if (this.#proxy !== EDGE) return this.#find(i);
    const { cells } = this.#edge!;
    if (cells[i] < 0) cells[i] = this.#find(i);
    return cells[i];
  }

  #find(i: number): number {
    const version = this.#version!;
    const at = version.usable[i];
    return this.#connections.find(this.#service, this.#proxy, version.pods[at], version.epochs[at]);
  }

  #lookFromEdge(version: EndpointVersion, service: number): void {
    let edge = this.#edges[service];
    if (edge === undefined || edge.version !== version || edge.generation !== this.#connections.generation) {
      edge = new EdgeCells(version, this.#connections.generation);
      this.#edges[service] = edge;
    }
    this.#edge = edge;
  }

  reported(i: number): number {
    const version = this.#version!;
    return this.#board!.reported(version.pods[version.usable[i]]);
  }

  sent(i: number): number {
    const version = this.#version!;
    const { sent } = this.#board!;
    const at = version.usable[i];
    const cell = sent.find(this.#service, this.#proxy, version.pods[at], version.epochs[at]);
    return cell < 0 ? 0 : sent.count(cell);
  }

  get memory(): number {
    const cell = this.#memories.find(this.#service, this.#proxy, -1, 0);
    return cell < 0 ? 0 : this.#memories.count(cell);
  }

  set memory(value: number) {
    this.#memories.set(this.#memories.cell(this.#service, this.#proxy, -1, 0), value);
  }
}
