// EndpointSlices: columns where the controller keeps them, to be read only; stored objects where a user wrote them.
import type { EndpointSlice as Written } from 'kubernetes-types/discovery/v1.js';
import type { DeleteOptions, Rows } from './rows.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { endpointSliceObject, sliceName } from '../../model/slice-view.ts';
import type { Commit } from '../requests/commit-context.ts';
import type { ApiServer } from '../server.ts';
import type { Resource } from '../kinds.ts';
import { notSimulated } from './status.ts';
import { StoredRows } from './stored-rows.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** An even row is a stored object, an odd one a slice of the table of endpoints. */
export class EndpointSliceRows implements Rows {
  readonly #api: ApiServer;
  readonly #stored: StoredRows;

  constructor(api: ApiServer, resource: Resource) {
    this.#api = api;
    this.#stored = new StoredRows(api, resource);
  }

  find(namespace: string | undefined, name: string): number {
    const stored = this.#stored.find(namespace, name);
    if (stored >= 0) return 2 * stored;
    const { state } = this.#api;
    for (const id of this.#living()) {
      const { service } = state.endpoints.slices[id];
      if (state.objects.namespace[service] === namespace && sliceName(state, id) === name) return 2 * id + 1;
    }
    return -1;
  }

  *all(): Generator<number, void, undefined> {
    for (const row of this.#stored.all()) yield 2 * row;
    for (const id of this.#living()) yield 2 * id + 1;
  }

  get(row: number): KubeObject | undefined {
    if (row % 2 === 0) return this.#stored.get((row / 2) as ObjectRow);
    const object: Written | undefined = endpointSliceObject(this.#api.state, (row - 1) / 2);
    return object as KubeObject | undefined;
  }

  create(at: Commit, object: KubeObject): number {
    return 2 * this.#stored.create(at, object);
  }

  replace(at: Commit, row: number, object: KubeObject, status: boolean): void {
    this.#stored.replace(at, this.#own(row), object, status);
  }

  delete(at: Commit, row: number, options: DeleteOptions): void {
    this.#stored.delete(at, this.#own(row), options);
  }

  watch(changed: (row: number, what: number) => void): void {
    this.#stored.watch((row, what) => changed(2 * row, what));
    this.#api.sliceCommits.push((id, what) => changed(2 * id + 1, what));
  }

  #own(row: number): ObjectRow {
    if (row % 2 === 1) throw notSimulated('the EndpointSlice controller keeps the slices of a Service');
    return (row / 2) as ObjectRow;
  }

  /** A Service takes its slices along. */
  *#living(): Generator<number, void, undefined> {
    const { endpoints, objects } = this.#api.state;
    for (const [id, { service, content }] of endpoints.slices.entries()) {
      if (content !== undefined && objects.get(service) !== undefined) yield id;
    }
  }
}
