// The objects of one kind by row and by name: as a watch brings them, as somebody has just written them, or as somebody assumes them to be until the watch says more.
import type { KubeObject } from '../model/object-store.ts';
import type { ObjectRow } from '../model/rows.ts';

/** What brings them. `ObjectView` is one. */
interface Source {
  entries(): Iterable<[ObjectRow, KubeObject]>;
  subscribe(listener: (row: ObjectRow, object: KubeObject | undefined, what: number) => void): void;
}

interface Entry<T> {
  /** As the watch has it, or as it was written since. */
  readonly known: T;
  /** As it is assumed to be; `known` where nobody assumes anything. */
  readonly latest: T;
}

/** `namespace/name`, or the name of an object without a namespace. */
export function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return nameKey(namespace, name);
}

function nameKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

export class NamedObjects<T extends KubeObject> {
  readonly #byRow = new Map<ObjectRow, Entry<T>>();
  readonly #rows = new Map<string, ObjectRow>();
  readonly #groupOf: ((object: T) => string) | undefined;
  readonly #groups = new Map<string, Set<ObjectRow>>();
  readonly #listeners: ((object: T) => void)[] = [];

  /** `groupOf` names the list of which an object is part. */
  constructor(source: Source, groupOf?: (object: T) => string) {
    this.#groupOf = groupOf;
    for (const [row, object] of source.entries()) this.take(row, object as T);
    source.subscribe((row, object) => {
      const last = (object as T | undefined) ?? this.get(row);
      if (object === undefined) this.#remove(row);
      else this.take(row, object as T);
      if (last !== undefined) for (const listener of this.#listeners) listener(last);
    });
  }

  /** Called after each change that the watch brings, with the object, or with what it was before it was removed. */
  onChange(listener: (object: T) => void): void {
    this.#listeners.push(listener);
  }

  get(row: ObjectRow): T | undefined {
    return this.#byRow.get(row)?.latest;
  }

  /** By `keyOf`. */
  named(key: string): T | undefined {
    return this.get(this.row(key));
  }

  find(namespace: string | undefined, name: string): T | undefined {
    return this.get(this.rowOf(namespace, name));
  }

  /** Without what is only assumed. */
  known(key: string): T | undefined {
    return this.#byRow.get(this.row(key))?.known;
  }

  /** -1 for none of that name. */
  row(key: string): ObjectRow {
    return this.#rows.get(key) ?? -1;
  }

  rowOf(namespace: string | undefined, name: string): ObjectRow {
    return this.row(nameKey(namespace, name));
  }

  *entries(): Generator<[ObjectRow, T], void, undefined> {
    for (const [row, { latest }] of this.#byRow) yield [row, latest];
  }

  /** In the order in which they were first seen. */
  *values(): Generator<T, void, undefined> {
    for (const { latest } of this.#byRow.values()) yield latest;
  }

  /** Rows of a group, in no order that means anything. */
  group(name: string): Iterable<ObjectRow> {
    return this.#groups.get(name) ?? [];
  }

  /** The objects of a group. */
  members(name: string): T[] {
    return [...this.group(name)].flatMap((row) => this.get(row) ?? []);
  }

  isEmpty(group: string): boolean {
    return !this.#groups.has(group);
  }

  /** Takes over a version unless it is as old as the known one, or older: then what is assumed stays, too. */
  take(row: ObjectRow, object: T): void {
    const entry = this.#byRow.get(row);
    if (entry !== undefined && version(object) <= version(entry.known)) return;
    this.#set(row, { known: object, latest: object });
  }

  /** Takes the object as it will be. Returns why not, when it is a changed version of what is no longer there. */
  assume(object: T): string | undefined {
    const key = keyOf(object);
    const row = this.row(key);
    const entry = this.#byRow.get(row);
    if (entry === undefined) return `could not find v1.${object.kind} "${key}"`;
    const [stored, assumed] = [version(entry.latest), version(object)];
    if (stored !== assumed) {
      return `v1.${object.kind} "${key}" is out of sync (stored: ${stored}, assume: ${assumed})`;
    }
    this.#set(row, { ...entry, latest: object });
    return undefined;
  }

  /** Takes an assumption back. */
  restore(key: string): void {
    const row = this.row(key);
    const entry = this.#byRow.get(row);
    if (entry !== undefined && entry.latest !== entry.known) this.#set(row, { ...entry, latest: entry.known });
  }

  #set(row: ObjectRow, entry: Entry<T>): void {
    const before = this.#byRow.get(row)?.latest;
    this.#byRow.set(row, entry);
    this.#rows.set(keyOf(entry.latest), row);
    if (this.#groupOf === undefined) return;
    const name = this.#groupOf(entry.latest);
    // An object that stays in its group keeps its place there.
    if (before !== undefined && this.#groupOf(before) === name) return;
    this.#leaveGroup(row, before);
    const group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, new Set([row]));
    else group.add(row);
  }

  #remove(row: ObjectRow): void {
    const object = this.get(row);
    if (object === undefined) return;
    this.#leaveGroup(row, object);
    this.#byRow.delete(row);
    const key = keyOf(object);
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
