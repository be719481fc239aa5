// Hot dialect: a watcher's copy of the pods, as old as its watch is slow.
import { Change, type ChangeLog } from '../model/change-log.ts';
import { grown } from '../model/columns.ts';
import { PodBit, type PodTable } from '../model/pods.ts';
import type { Registry } from '../model/registry.ts';
import { type ClassRow, type NodeRow, type ObjectRow, type PodRow, rowColumn } from '../model/rows.ts';

/** Called after a change has been applied to the view: the pod's row, its epoch, and the bits of `Change`. */
export type PodListener = (pod: PodRow, epoch: number, what: number) => void;

/**
 * A cursor into the pods' log plus a mirror of the columns that change. What never changes while a row has its epoch
 * (identity, creation) is read from the table: a row is reused only behind the slowest cursor.
 */
export class PodView {
  alive = new Uint8Array(0);
  epoch = new Int32Array(0);
  node = rowColumn<NodeRow>();
  /** Labels, annotations and spec. */
  podClass = rowColumn<ClassRow>();
  /** The class before the change that is being reported, when that is another one; else -1. */
  formerClass: ClassRow = -1;
  /** The controlling owner (row of an object), -1 for none. */
  owner = rowColumn<ObjectRow>();
  state = new Uint16Array(0);
  restarts = new Int32Array(0);
  /** lastTransitionTime of Ready, µs. */
  readyAt = new Float64Array(0);
  /** status.nominatedNodeName: the node's row, for the few pods that have one. */
  readonly nominated = new Map<PodRow, NodeRow>();
  /** What does not change while a row has its epoch. */
  readonly table: Registry['pods'];
  readonly #table: PodTable;
  /** The next entry to apply. */
  cursor = 0;
  /** When the newest entry on its way arrives: a watch delivers in order. */
  arrivesAt = 0;
  /** The resource version that the view has seen. */
  version = 0;
  readonly #log: ChangeLog;
  readonly #listeners: PodListener[] = [];

  constructor(table: PodTable, log: ChangeLog) {
    this.table = table;
    this.#table = table;
    this.#log = log;
    this.cursor = log.next;
  }

  subscribe(listener: PodListener): void {
    this.#listeners.push(listener);
  }

  /** Applies the next entry and notifies the listeners. */
  advance(): void {
    const log = this.#log;
    const slot = log.slot(this.cursor);
    this.cursor += 1;
    const row = log.row[slot] as PodRow;
    const epoch = log.epoch[slot];
    const what = log.what[slot];
    if (row >= this.alive.length) this.#grow();
    this.alive[row] = (what & Change.Removed) === 0 ? 1 : 0;
    this.epoch[row] = epoch;
    if ((what & Change.Owner) !== 0) {
      this.owner[row] = log.a[slot] as ObjectRow;
    } else {
      this.node[row] = log.a[slot] as NodeRow;
      if ((what & Change.Created) !== 0) {
        const { firstClass, podClass, firstOwner, owner } = this.#table;
        this.owner[row] = firstOwner.size === 0 ? owner[row] : (firstOwner.get(row) ?? owner[row]);
        this.podClass[row] = firstClass.size === 0 ? podClass[row] : (firstClass.get(row) ?? podClass[row]);
      }
    }
    this.formerClass = -1;
    if ((what & Change.Class) !== 0) this.#reclass(row);
    this.state[row] = log.b[slot] & 0xffff;
    this.restarts[row] = log.b[slot] >> 16;
    this.readyAt[row] = log.time[slot];
    this.version = log.version[slot];
    if ((what & (Change.Nominated | Change.Bound | Change.Removed)) !== 0) this.#nominate(row, what);
    for (const listener of this.#listeners) listener(row, epoch, what);
  }

  /** The answer to the list with which a watch begins after the start of the run: what is there now, as so many creations. */
  list(): void {
    const table = this.#table;
    this.cursor = this.#log.next;
    this.formerClass = -1;
    this.#grow();
    for (let row = 0 as PodRow; row < table.length; row = (row + 1) as PodRow) {
      if (table.alive[row] === 0) continue;
      this.alive[row] = 1;
      this.epoch[row] = table.epoch[row];
      this.node[row] = table.node[row];
      this.owner[row] = table.owner[row];
      this.podClass[row] = table.podClass[row];
      this.state[row] = table.state[row];
      this.restarts[row] = table.restarts[row];
      this.readyAt[row] = table.readyAt[row];
      this.version = Math.max(this.version, table.version[row]);
      const nominated = table.nominated.get(row);
      if (nominated !== undefined) this.nominated.set(row, nominated);
      let what: number = Change.Created;
      if (this.node[row] >= 0) what |= Change.Bound;
      if (nominated !== undefined) what |= Change.Nominated;
      if ((this.state[row] & PodBit.Deleting) !== 0) what |= Change.Deleting;
      for (const listener of this.#listeners) listener(row, this.epoch[row], what);
    }
  }

  /** status.startTime, µs: set with the pod's IP and never changed. -1 for a pod that the view has not seen start. */
  startedAt(row: PodRow): number {
    return (this.state[row] & PodBit.HasIp) === 0 ? -1 : this.#table.startedAt[row];
  }

  /** When its deletion was accepted, µs: set once. -1 for a pod that the view has not seen being deleted. */
  deletedAt(row: PodRow): number {
    return (this.state[row] & PodBit.Deleting) === 0 ? -1 : this.#table.deletedAt[row];
  }

  #reclass(row: PodRow): void {
    this.formerClass = this.podClass[row];
    this.podClass[row] = this.#log.noteOf(this.cursor - 1) as ClassRow;
  }

  /** The entry that has just been applied is the one before the cursor. */
  #nominate(row: PodRow, what: number): void {
    const node = (what & Change.Nominated) === 0 ? -1 : (this.#log.noteOf(this.cursor - 1) as NodeRow);
    if (node < 0) this.nominated.delete(row);
    else this.nominated.set(row, node);
  }

  #grow(): void {
    const { capacity } = this.table;
    this.alive = grown(this.alive, capacity);
    this.epoch = grown(this.epoch, capacity);
    this.node = grown(this.node, capacity);
    this.owner = grown(this.owner, capacity);
    this.podClass = grown(this.podClass, capacity);
    this.state = grown(this.state, capacity);
    this.restarts = grown(this.restarts, capacity);
    this.readyAt = grown(this.readyAt, capacity);
  }
}
