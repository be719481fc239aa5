// Hot dialect: the append-only log of one table's changes. A view is a cursor into it; the log is cut behind the slowest.
import { grown } from './columns.ts';

/** What a change was; several bits may be set at once. */
export const Change = {
  Created: 1,
  /** A pod was bound to a node. */
  Bound: 2,
  /** Status changed (phase, conditions, restarts; a node's Ready). */
  Status: 4,
  /** Deletion began (deletionTimestamp is set). */
  Deleting: 8,
  Removed: 16,
  /** Spec or metadata changed (an object; a node's taints, labels or spec.unschedulable). */
  Spec: 32,
  /** status.nominatedNodeName of a pod changed. */
  Nominated: 64,
  /** The controlling owner of a pod or an object is another one, or none any more. */
  Owner: 128,
  /** A pod's labels, annotations or spec changed: it is of another class. The entry's fourth value says which. */
  Class: 256,
  /** status.images of a node changed. The entry's fourth value says to what. */
  Images: 512,
  /** Conditions of a pod that belong to clients changed. */
  Conditions: 1024,
  /** A pod or an object was there before the simulation began: it neither was created nor became ready meanwhile. */
  Found: 2048,
} as const;

/**
 * Entries are numbered from 0 and kept in a ring. An entry has the row, its epoch, what changed, and three values that the
 * table defines, so that a reader who comes late sees what was written then and not what is true now.
 */
export class ChangeLog {
  /** Number of the oldest entry kept, and one past the newest. */
  first = 0;
  next = 0;
  #mask = 1023;
  row = new Int32Array(1024);
  epoch = new Int32Array(1024);
  what = new Uint16Array(1024);
  a = new Int32Array(1024);
  b = new Int32Array(1024);
  time = new Float64Array(1024);
  version = new Float64Array(1024);
  /** By entry: a fourth value, for the few entries that have one. */
  readonly #notes = new Map<number, number>();

  /** The ring's slot of an entry. */
  slot(entry: number): number {
    return entry & this.#mask;
  }

  append(row: number, epoch: number, what: number, a: number, b: number, time: number, version: number): number {
    if (this.next - this.first > this.#mask) this.#grow();
    const entry = this.next;
    const slot = entry & this.#mask;
    this.row[slot] = row;
    this.epoch[slot] = epoch;
    this.what[slot] = what;
    this.a[slot] = a;
    this.b[slot] = b;
    this.time[slot] = time;
    this.version[slot] = version;
    this.next = entry + 1;
    return entry;
  }

  /** Gives an entry a fourth value. */
  note(entry: number, value: number): void {
    this.#notes.set(entry, value);
  }

  /** That value, or -1. */
  noteOf(entry: number): number {
    return this.#notes.get(entry) ?? -1;
  }

  /** Forgets the entries before `entry`. */
  cut(entry: number): void {
    if (entry > this.first) this.first = entry;
    if (this.#notes.size === 0) return;
    for (const noted of this.#notes.keys()) {
      if (noted >= entry) break;
      this.#notes.delete(noted);
    }
  }

  #grow(): void {
    const old = this.#mask + 1;
    const size = old * 2;
    this.row = unrolled(this.row, this.first, old, size);
    this.epoch = unrolled(this.epoch, this.first, old, size);
    this.what = unrolled(this.what, this.first, old, size);
    this.a = unrolled(this.a, this.first, old, size);
    this.b = unrolled(this.b, this.first, old, size);
    this.time = unrolled(this.time, this.first, old, size);
    this.version = unrolled(this.version, this.first, old, size);
    this.#mask = size - 1;
  }
}

/** The full ring `first … first + old` copied to where the larger ring's mask looks for it. */
function unrolled<T extends Float64Array | Int32Array | Uint16Array>(
  column: T,
  first: number,
  old: number,
  size: number,
): T {
  const wider = grown(column, size);
  for (let entry = first; entry < first + old; entry += 1) wider[entry & (size - 1)] = column[entry & (old - 1)];
  return wider;
}
