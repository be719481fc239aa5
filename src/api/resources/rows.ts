// What the resource surface asks of the place where the objects of a kind are: rows of a table, or stored objects.
import type { KubeObject } from '../../model/object-store.ts';
import type { Propagation } from '../requests/delete-object.ts';
import type { Commit } from '../requests/commit-context.ts';

export interface DeleteOptions {
  readonly propagation?: Propagation;
  readonly gracePeriodSeconds?: number;
}

/** Each write throws a `Refusal` for what it does not do; nothing has changed then. */
export interface Rows {
  /** The row of a living object, or -1. */
  find(namespace: string | undefined, name: string): number;
  /** Rows of the living objects, in the order of creation. */
  all(): Iterable<number>;
  /** The complete object as it is now; undefined once it is gone. */
  get(row: number): KubeObject | undefined;
  /** The last version of one that is gone, while its removal is being committed; absent where `get` still has it then. */
  last?(row: number): KubeObject | undefined;
  /** An object that is only tried, with what admission makes of it where that is done as it is stored. */
  tried?(object: KubeObject): KubeObject;
  /** Stores an object that has been defaulted, validated and admitted. Returns its row. */
  create(at: Commit, object: KubeObject): number;
  /** Stores the next version of one. `status`: of its status only. */
  replace(at: Commit, row: number, object: KubeObject, status: boolean): void;
  delete(at: Commit, row: number, options: DeleteOptions): void;
  /** Reports every commit from now on: the row and bits of `Change`. */
  watch(changed: (row: number, what: number) => void): void;
}
