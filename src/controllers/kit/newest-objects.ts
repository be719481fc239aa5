// The objects of one kind by name, as the watch brings them or as this controller has just written them, whichever is newer.
import type { ObjectView } from '../../api/object-view.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';

export class NewestObjects<T extends KubeObject> {
  readonly #byRow = new Map<ObjectRow, T>();
  readonly #rows = new Map<string, ObjectRow>();
  readonly #groupOf: ((object: T) => string) | undefined;
  readonly #groups = new Map<string, Set<ObjectRow>>();
  readonly #listeners: ((object: T) => void)[] = [];

  /** `groupOf` names the list of which an object is part. */
  constructor(view: ObjectView<T>, groupOf?: (object: T) => string) {
    this.#groupOf = groupOf;
    view.subscribe((row) => {
      const object = view.get(row);
      const last = object ?? this.#byRow.get(row);
      if (object === undefined) this.#remove(row);
      else this.take(row, object);
      if (last !== undefined) for (const listener of this.#listeners) listener(last);
    });
  }

  /** Called after each change that the watch brings, with the object, or with what it was before it was removed. */
  onChange(listener: (object: T) => void): void {
    this.#listeners.push(listener);
  }

  get(row: ObjectRow): T | undefined {
    return this.#byRow.get(row);
  }

  find(namespace: string | undefined, name: string): T | undefined {
    return this.get(this.row(namespace, name));
  }

  /** -1 for none of that name. */
  row(namespace: string | undefined, name: string): ObjectRow {
    return this.#rows.get(`${namespace ?? ''}/${name}`) ?? -1;
  }

  entries(): IterableIterator<[ObjectRow, T]> {
    return this.#byRow.entries();
  }

  /** Rows of a group, in no order. */
  group(name: string): Iterable<ObjectRow> {
    return this.#groups.get(name) ?? [];
  }

  isEmpty(group: string): boolean {
    return !this.#groups.has(group);
  }

  /** Takes over a version unless it is older than the known one. */
  take(row: ObjectRow, object: T): void {
    const known = this.#byRow.get(row);
    if (known !== undefined && version(object) < version(known)) return;
    this.#leaveGroup(row, known);
    this.#byRow.set(row, object);
    this.#rows.set(`${object.metadata.namespace ?? ''}/${object.metadata.name}`, row);
    if (this.#groupOf === undefined) return;
    const name = this.#groupOf(object);
    const group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, new Set([row]));
    else group.add(row);
  }

  #remove(row: ObjectRow): void {
    const known = this.#byRow.get(row);
    if (known === undefined) return;
    this.#leaveGroup(row, known);
    this.#byRow.delete(row);
    const key = `${known.metadata.namespace ?? ''}/${known.metadata.name}`;
    // The name may belong to a younger object by now.
    if (this.#rows.get(key) === row) this.#rows.delete(key);
  }

  #leaveGroup(row: ObjectRow, object: T | undefined): void {
    if (object === undefined || this.#groupOf === undefined) return;
    const name = this.#groupOf(object);
    const group = this.#groups.get(name);
    group?.delete(row);
    if (group?.size === 0) this.#groups.delete(name);
  }
}

function version({ metadata }: KubeObject): number {
  return Number(metadata.resourceVersion ?? 0);
}
