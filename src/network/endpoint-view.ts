// Hot dialect: the endpoints of one choice, as a balancer sees them from one proxy.
import type { Random } from '../engine/random.ts';
import type { EndpointSubset } from '../model/endpoints.ts';
import type { ClassRow } from '../model/rows.ts';
import type { BalancerView } from './balancers/balancer.ts';
import type { Board } from './board.ts';
import { Connections, type ProxyKey } from './connections.ts';

/** The caller outside. */
const EDGE = -1;

/** The edge has most of the connections: the cells that it has found, by endpoint, until they may have changed. */
class EdgeCells {
  readonly subset: EndpointSubset;
  readonly generation: number;
  readonly cells: Int32Array;

  constructor(subset: EndpointSubset, generation: number) {
    this.subset = subset;
    this.generation = generation;
    this.cells = new Int32Array(subset.pods.length).fill(-1);
  }
}

export class EndpointView implements BalancerView {
  count = 0;
  readonly #random: Random;
  readonly #connections: Connections;
  /** The integer that a proxy keeps for a subset is a cell of its own: no pod has row -1. */
  readonly #memories = new Connections();
  #subset: EndpointSubset | undefined;
  #board: Board | undefined;
  #number = 0;
  #proxy: ProxyKey = -1;
  /** By subset. */
  readonly #edges: EdgeCells[] = [];
  #edge: EdgeCells | undefined;

  constructor(random: Random, connections: Connections) {
    this.#random = random;
    this.#connections = connections;
  }

  look(subset: EndpointSubset, proxy: ProxyKey, board: Board | undefined): void {
    this.#subset = subset;
    this.#board = board;
    this.#number = subset.number;
    this.#proxy = proxy;
    this.count = subset.pods.length;
    if (proxy === EDGE) this.#lookFromEdge(subset);
  }

  /** What is looked at, and from where. */
  get subset(): EndpointSubset {
    return this.#subset!;
  }

  get proxy(): ProxyKey {
    return this.#proxy;
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

  classOf(i: number): ClassRow {
    return this.#subset!.classes[i];
  }

  #find(i: number): number {
    const { pods, epochs } = this.#subset!;
    return this.#connections.find(this.#number, this.#proxy, pods[i], epochs[i]);
  }

  #lookFromEdge(subset: EndpointSubset): void {
    let edge = this.#edges[subset.number];
    if (edge === undefined || edge.subset !== subset || edge.generation !== this.#connections.generation) {
      edge = new EdgeCells(subset, this.#connections.generation);
      this.#edges[subset.number] = edge;
    }
    this.#edge = edge;
  }

  reported(i: number): number {
    return this.#board!.reported(this.#subset!.pods[i]);
  }

  sent(i: number): number {
    const { pods, epochs } = this.#subset!;
    const { sent } = this.#board!;
    const cell = sent.find(this.#number, this.#proxy, pods[i], epochs[i]);
    return cell < 0 ? 0 : sent.count(cell);
  }

  get memory(): number {
    const cell = this.#memories.find(this.#number, this.#proxy, -1, 0);
    return cell < 0 ? 0 : this.#memories.count(cell);
  }

  set memory(value: number) {
    this.#memories.set(this.#memories.cell(this.#number, this.#proxy, -1, 0), value);
  }
}
