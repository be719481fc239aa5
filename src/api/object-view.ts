// A watcher's copy of the objects of some kinds, as old as its watch is slow.
import { Change } from '../model/change-log.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ObjectRow } from '../model/rows.ts';

/** Called after a change has been applied: the object's row, its version now (undefined once removed), and what changed. */
export type ObjectListener = (row: ObjectRow, object: KubeObject | undefined, what: number) => void;

interface Delivery {
  readonly row: ObjectRow;
  readonly object: KubeObject;
  readonly owner: ObjectRow;
  readonly what: number;
}

/** One watch of one kind: versions on their way in order, and those that have arrived. */
export class ObjectView<T extends KubeObject = KubeObject> {
  readonly kind: string;
  arrivesAt = 0;
  /** The resource version that the view has seen. */
  version = 0;
  readonly #objects = new Map<ObjectRow, T>();
  /** Of those that have a controlling owner. */
  readonly #owners = new Map<ObjectRow, ObjectRow>();
  readonly #onTheWay: Delivery[] = [];
  readonly #listeners: ObjectListener[] = [];
  #taken = 0;

  constructor(kind: string) {
    this.kind = kind;
  }

  subscribe(listener: ObjectListener): void {
    this.#listeners.push(listener);
  }

  /** The object as the view knows it. */
  get(row: ObjectRow): T | undefined {
    return this.#objects.get(row);
  }

  /** The row of its controlling owner as the view knows it, -1 for none. Those who hear that it was removed hear whose it was last. */
  ownerOf(row: ObjectRow): ObjectRow {
    return this.#owners.get(row) ?? -1;
  }

  /** Row and object of all that the view knows, in the order of creation. */
  entries(): IterableIterator<[ObjectRow, T]> {
    return this.#objects.entries();
  }

  get size(): number {
    return this.#objects.size;
  }

  send(row: ObjectRow, object: KubeObject, owner: ObjectRow, what: number): void {
    this.#onTheWay.push({ row, object, owner, what });
  }

  advance(): void {
    const { row, object, owner, what } = this.#onTheWay[this.#taken];
    this.#taken += 1;
    if (this.#taken > 1024 && this.#taken * 2 > this.#onTheWay.length) {
      this.#onTheWay.splice(0, this.#taken);
      this.#taken = 0;
    }
    this.take(row, object, owner, what);
  }

  /** Applies a change, or an object of the list with which the watch begins, and notifies the listeners. */
  take(row: ObjectRow, object: KubeObject, owner: ObjectRow, what: number): void {
    this.version = Number(object.metadata.resourceVersion);
    const removed = (what & Change.Removed) !== 0;
    if (removed) this.#objects.delete(row);
    else this.#objects.set(row, object as T);
    if (owner >= 0) this.#owners.set(row, owner);
    else if ((what & Change.Owner) !== 0) this.#owners.delete(row);
    for (const listener of this.#listeners) listener(row, removed ? undefined : object, what);
    if (removed) this.#owners.delete(row);
  }
}

/** Whether the garbage collector must hear of a change: the object goes, or has owners. */
export function concernsOwnership({ metadata }: KubeObject, what: number): boolean {
  if ((what & (Change.Deleting | Change.Removed)) !== 0) return true;
  return metadata.ownerReferences !== undefined && (what & (Change.Created | Change.Spec)) !== 0;
}
