// Objects as the scheduler expects them to be once its own writes are through (kube-scheduler util/assumecache).
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectSource } from '../framework/interface.ts';
import { keyOf } from '../framework/listers/named-objects.ts';
import type { ObjectRow } from '../../model/rows.ts';

interface Entry<T> {
  readonly row: ObjectRow;
  /** As the watch has it, and as this scheduler assumes it to be. */
  readonly known: T;
  readonly latest: T;
}

/** An assumption lasts until the watch brings a newer version of the object, or until it is taken back. */
export class AssumeCache<T extends KubeObject> {
  readonly #kind: string;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #groupOf: ((object: T) => string) | undefined;
  readonly #groups = new Map<string, Set<string>>();

  /** `groupOf` names the list of which an object is part. */
  constructor(kind: string, source: ObjectSource, groupOf?: (object: T) => string) {
    this.#kind = kind;
    this.#groupOf = groupOf;
    const names: string[] = [];
    const take = (row: ObjectRow, object: KubeObject): void => {
      const key = keyOf(object);
      names[row] = key;
      const entry = this.#entries.get(key);
      if (entry?.row === row && version(object) <= version(entry.known)) return;
      this.#set(key, { row, known: object as T, latest: object as T });
    };
    for (const [row, object] of source.entries()) take(row, object);
    source.subscribe((row, object) => {
      if (object !== undefined) take(row, object);
      else if (this.#entries.get(names[row])?.row === row) this.#remove(names[row]);
    });
  }

  /** As the scheduler assumes it. */
  get(key: string): T | undefined {
    return this.#entries.get(key)?.latest;
  }

  /** As the watch has it. */
  known(key: string): T | undefined {
    return this.#entries.get(key)?.known;
  }

  row(key: string): ObjectRow {
    return this.#entries.get(key)?.row ?? -1;
  }

  /** The objects of a group. */
  group(name: string): T[] {
    return [...(this.#groups.get(name) ?? [])].flatMap((key) => this.get(key) ?? []);
  }

  /** Takes the object as it will be. Returns why not, when it is a changed version of what is no longer there. */
  assume(object: T): string | undefined {
    const key = keyOf(object);
    const entry = this.#entries.get(key);
    if (entry === undefined) return `could not find v1.${this.#kind} "${key}"`;
    const [stored, assumed] = [version(entry.latest), version(object)];
    if (stored !== assumed) {
      return `v1.${this.#kind} "${key}" is out of sync (stored: ${stored}, assume: ${assumed})`;
    }
    this.#set(key, { ...entry, latest: object });
    return undefined;
  }

  /** Takes an assumption back. */
  restore(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.latest !== entry.known) this.#set(key, { ...entry, latest: entry.known });
  }

  #set(key: string, entry: Entry<T>): void {
    const before = this.#entries.get(key);
    this.#entries.set(key, entry);
    if (this.#groupOf === undefined) return;
    const name = this.#groupOf(entry.latest);
    // An object that stays in its group keeps its place there.
    if (before !== undefined && this.#groupOf(before.latest) === name) return;
    this.#leaveGroup(key, before);
    const group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, new Set([key]));
    else group.add(key);
  }

  #remove(key: string): void {
    this.#leaveGroup(key, this.#entries.get(key));
    this.#entries.delete(key);
  }

  #leaveGroup(key: string, entry: Entry<T> | undefined): void {
    if (entry !== undefined && this.#groupOf !== undefined) this.#groups.get(this.#groupOf(entry.latest))?.delete(key);
  }
}

function version({ metadata }: KubeObject): number {
  return Number(metadata.resourceVersion ?? 0);
}
