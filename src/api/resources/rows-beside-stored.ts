// A kind whose objects are stored where clients wrote them, and rows of a table where a component keeps them: those are to be read only.
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { Resource } from '../kinds.ts';
import type { Commit } from '../requests/commit-context.ts';
import type { ApiServer } from '../server.ts';
import type { DeleteOptions, Rows } from './rows.ts';
import { notSimulated } from './status.ts';
import { StoredRows } from './stored-rows.ts';

/** What a component keeps, by its own rows. */
export interface KeptRows extends Pick<Rows, 'find' | 'all' | 'get' | 'last' | 'watch'> {
  /** Why a client may not change one. */
  readonly whose: string;
}

/** An even row is a stored object, an odd one a kept one. */
export class RowsBesideStored implements Rows {
  readonly #stored: StoredRows;
  readonly #kept: KeptRows;

  constructor(api: ApiServer, resource: Resource, kept: KeptRows) {
    this.#stored = new StoredRows(api, resource);
    this.#kept = kept;
  }

  find(namespace: string | undefined, name: string): number {
    const stored = this.#stored.find(namespace, name);
    if (stored >= 0) return 2 * stored;
    const kept = this.#kept.find(namespace, name);
    return kept < 0 ? -1 : 2 * kept + 1;
  }

  *all(): Generator<number, void, undefined> {
    for (const row of this.#stored.all()) yield 2 * row;
    for (const row of this.#kept.all()) yield 2 * row + 1;
  }

  get(row: number): KubeObject | undefined {
    return row % 2 === 0 ? this.#stored.get((row / 2) as ObjectRow) : this.#kept.get((row - 1) / 2);
  }

  last(row: number): KubeObject | undefined {
    return row % 2 === 0 ? this.#stored.get((row / 2) as ObjectRow) : this.#kept.last?.((row - 1) / 2);
  }

  create(at: Commit, object: KubeObject): number {
    return 2 * this.#stored.create(at, object);
  }

  replace(at: Commit, row: number, object: KubeObject, status: boolean): void {
    this.#stored.replace(at, this.#storedRow(row), object, status);
  }

  delete(at: Commit, row: number, options: DeleteOptions): void {
    this.#stored.delete(at, this.#storedRow(row), options);
  }

  watch(changed: (row: number, what: number) => void): void {
    this.#stored.watch((row, what) => changed(2 * row, what));
    this.#kept.watch((row, what) => changed(2 * row + 1, what));
  }

  #storedRow(row: number): ObjectRow {
    if (row % 2 === 1) throw notSimulated(this.#kept.whose);
    return (row / 2) as ObjectRow;
  }
}
