// Objects proper: what there are hundreds of (Deployments, ReplicaSets, Services …), immutable versions of v1 objects.
import type { ObjectRow } from './rows.ts';

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
}

/** A Kubernetes object in its ordinary v1 form. Versions are never changed in place: a write stores a new one. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: object;
  readonly status?: object;
}

/** `namespace/name`, or the name of a cluster-scoped object. */
function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** The committed objects. A row is one object for the whole run and is never reused. */
export class ObjectStore {
  readonly #rows = new Map<string, ObjectRow>();
  readonly #objects: (KubeObject | undefined)[] = [];
  readonly #byKind = new Map<string, Set<ObjectRow>>();
  /** By row: the row of the controlling owner (-1 for none), the creation time in µs, and a copy of the kind and key for the dead. */
  readonly owner: ObjectRow[] = [];
  readonly createdAt: number[] = [];
  readonly kind: string[] = [];
  readonly name: string[] = [];
  readonly namespace: string[] = [];
  /** By row: pods ever made by this object. */
  readonly podsMade: number[] = [];
  /** By all objects together. */
  podsMadeInAll = 0;

  get length(): number {
    return this.#objects.length;
  }

  /** The object's row, or -1. */
  find(kind: string, namespace: string | undefined, name: string): ObjectRow {
    return this.#rows.get(`${kind}/${objectKey(namespace, name)}`) ?? -1;
  }

  get(row: ObjectRow): KubeObject | undefined {
    return this.#objects[row];
  }

  /** Rows of the living objects of a kind, in the order of creation. */
  ofKind(kind: string): Iterable<ObjectRow> {
    return this.#byKind.get(kind) ?? [];
  }

  /** Rows of all living objects, in the order of creation. */
  *all(): Generator<ObjectRow, void, undefined> {
    for (let row = 0 as ObjectRow; row < this.length; row = (row + 1) as ObjectRow)
      if (this.#objects[row] !== undefined) yield row;
  }

  add(object: KubeObject, owner: ObjectRow, nowUs: number): ObjectRow {
    const row = this.#objects.length as ObjectRow;
    const { name, namespace } = object.metadata;
    this.#rows.set(`${object.kind}/${objectKey(namespace, name)}`, row);
    this.#objects.push(object);
    this.owner.push(owner);
    this.createdAt.push(nowUs);
    this.kind.push(object.kind);
    this.name.push(name);
    this.namespace.push(namespace ?? '');
    this.podsMade.push(0);
    let rows = this.#byKind.get(object.kind);
    if (rows === undefined) {
      rows = new Set();
      this.#byKind.set(object.kind, rows);
    }
    rows.add(row);
    return row;
  }

  set(row: ObjectRow, object: KubeObject): void {
    this.#objects[row] = object;
  }

  /** A removed object is there again, in its old row. */
  revive(row: ObjectRow, object: KubeObject): void {
    this.#objects[row] = object;
    this.#rows.set(`${this.kind[row]}/${objectKey(this.namespace[row], this.name[row])}`, row);
    this.#byKind.get(this.kind[row])?.add(row);
  }

  remove(row: ObjectRow): void {
    this.#objects[row] = undefined;
    this.#rows.delete(`${this.kind[row]}/${objectKey(this.namespace[row], this.name[row])}`);
    this.#byKind.get(this.kind[row])?.delete(row);
  }
}
