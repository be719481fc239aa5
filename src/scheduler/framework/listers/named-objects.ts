// The objects of one kind by name, as the scheduler's watch knows them.
import type { KubeObject } from '../../../model/object-store.ts';
import type { ObjectSource } from '../interface.ts';
import type { ObjectRow } from '../../../model/rows.ts';

/** `namespace/name`, or the name of an object without a namespace. */
export function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

export class NamedObjects<T extends KubeObject> {
  readonly #objects = new Map<string, { readonly row: ObjectRow; readonly object: T }>();

  constructor(source: ObjectSource) {
    const names: string[] = [];
    const take = (row: ObjectRow, object: KubeObject): void => {
      names[row] = keyOf(object);
      this.#objects.set(names[row], { row, object: object as T });
    };
    for (const [row, object] of source.entries()) take(row, object);
    source.subscribe((row, object) => {
      if (object !== undefined) take(row, object);
      // The name may belong to a younger object by now.
      else if (this.#objects.get(names[row])?.row === row) this.#objects.delete(names[row]);
    });
  }

  get(key: string): T | undefined {
    return this.#objects.get(key)?.object;
  }

  /** Its row in the table of objects, -1 for none of that name. */
  row(key: string): number {
    return this.#objects.get(key)?.row ?? -1;
  }

  /** In the order in which their names were first seen. */
  *values(): Generator<T, void, undefined> {
    for (const { object } of this.#objects.values()) yield object;
  }
}
