// Hot dialect: a watcher's copy of the nodes, as old as its watch is slow.
import { Change, type ChangeLog } from '../model/change-log.ts';
import { grown } from '../model/columns.ts';
import type { NodeTable } from '../model/nodes.ts';
import type { NodeRow } from '../model/rows.ts';

export type NodeListener = (node: NodeRow, what: number) => void;

/** The mirror of a node's changing columns packs Ready, spec.unschedulable, pressures and the set of annotations in the log's epoch column. */
export class NodeView {
  alive = new Uint8Array(0);
  ready = new Uint8Array(0);
  unschedulable = new Uint8Array(0);
  pressure = new Uint8Array(0);
  taints = new Int32Array(0);
  labels = new Int32Array(0);
  annotations = new Int32Array(0);
  readyAt = new Float64Array(0);
  /** Numbers of `ClusterState.imageLists`, of the nodes that report any. */
  readonly images = new Map<NodeRow, number>();
  readonly table: NodeTable;
  cursor = 0;
  arrivesAt = 0;
  version = 0;
  readonly #log: ChangeLog;
  readonly #listeners: NodeListener[] = [];

  constructor(table: NodeTable, log: ChangeLog) {
    this.table = table;
    this.#log = log;
    this.cursor = log.next;
    this.#prime();
  }

  subscribe(listener: NodeListener): void {
    this.#listeners.push(listener);
  }

  advance(): void {
    const log = this.#log;
    const entry = this.cursor;
    const slot = log.slot(entry);
    this.cursor += 1;
    const row = log.row[slot] as NodeRow;
    const what = log.what[slot];
    if (row >= this.alive.length) this.#grow();
    this.alive[row] = (what & Change.Removed) === 0 ? 1 : 0;
    this.ready[row] = log.epoch[slot] & 3;
    this.unschedulable[row] = (log.epoch[slot] >> 2) & 1;
    this.pressure[row] = (log.epoch[slot] >> 3) & 3;
    this.annotations[row] = log.epoch[slot] >> 5;
    this.taints[row] = log.a[slot];
    this.labels[row] = log.b[slot];
    this.readyAt[row] = log.time[slot];
    this.version = log.version[slot];
    if ((what & Change.Images) !== 0) this.images.set(row, log.noteOf(entry));
    else if ((what & (Change.Created | Change.Removed)) !== 0 && this.images.size > 0) this.images.delete(row);
    for (const listener of this.#listeners) listener(row, what);
  }

  /** The first list of the watch: the nodes that exist already. */
  #prime(): void {
    const { table } = this;
    this.#grow();
    for (let row = 0 as NodeRow; row < table.length; row = (row + 1) as NodeRow) {
      this.alive[row] = table.alive[row];
      this.ready[row] = table.ready[row];
      this.unschedulable[row] = table.unschedulable[row];
      this.pressure[row] = table.pressure[row];
      this.taints[row] = table.taints[row];
      this.labels[row] = table.labels[row];
      this.annotations[row] = table.annotations[row];
      this.readyAt[row] = table.readyAt[row];
      const images = table.imagesOf(row);
      if (images > 0) this.images.set(row, images);
    }
  }

  #grow(): void {
    const { capacity } = this.table;
    this.alive = grown(this.alive, capacity);
    this.ready = grown(this.ready, capacity);
    this.unschedulable = grown(this.unschedulable, capacity);
    this.pressure = grown(this.pressure, capacity);
    this.taints = grown(this.taints, capacity);
    this.labels = grown(this.labels, capacity);
    this.annotations = grown(this.annotations, capacity);
    this.readyAt = grown(this.readyAt, capacity);
  }
}
