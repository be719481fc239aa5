// Kinds whose objects are stored as they are.
import type { DeleteOptions, Rows } from './rows.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { Forbidden } from '../admission.ts';
import { isForbidden, Refused } from '../refused.ts';
import type { Commit } from '../requests/commit-context.ts';
import { addObject } from '../requests/create-object.ts';
import { endObject } from '../requests/delete-object.ts';
import { replaceObject } from '../requests/update-object.ts';
import type { ApiServer } from '../server.ts';
import type { Resource } from '../kinds.ts';
import { alreadyExists, notFound } from './status.ts';
import type { ObjectRow } from '../../model/rows.ts';

export class StoredRows implements Rows {
  readonly #api: ApiServer;
  readonly #resource: Resource;

  constructor(api: ApiServer, resource: Resource) {
    this.#api = api;
    this.#resource = resource;
  }

  find(namespace: string | undefined, name: string): ObjectRow {
    return this.#api.state.objects.find(this.#resource.kind, namespace, name);
  }

  all(): Iterable<ObjectRow> {
    return this.#api.state.objects.ofKind(this.#resource.kind);
  }

  get(row: ObjectRow): KubeObject | undefined {
    return this.#api.state.objects.get(row);
  }

  create(at: Commit, object: KubeObject): number {
    const row = addObject(at, object, controllerOf(this.#api, object));
    if (row === Refused.AlreadyExists) throw alreadyExists(this.#resource, object.metadata.name);
    if (isForbidden(row)) throw new Forbidden(this.#api.refusals.sentence(row));
    return row;
  }

  replace(at: Commit, row: ObjectRow, object: KubeObject, status: boolean): void {
    replaceObject(at, row, this.#current(row, object.metadata.name), object, status);
  }

  delete(at: Commit, row: ObjectRow, { propagation = 'Background' }: DeleteOptions): void {
    endObject(at, row, this.#current(row, ''), propagation);
  }

  watch(changed: (row: ObjectRow, what: number) => void): void {
    const { objectCommits, state } = this.#api;
    objectCommits.push((row, what) => {
      if (state.objects.kind[row] === this.#resource.kind) changed(row, what);
    });
  }

  #current(row: ObjectRow, name: string): KubeObject {
    const current = this.get(row);
    if (current === undefined) throw notFound(this.#resource, name);
    return current;
  }
}

/** The row of the object that controls this one, -1 for none. */
export function controllerOf({ state }: ApiServer, { metadata }: KubeObject): ObjectRow {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return -1;
  const row = state.objects.find(owner.kind, metadata.namespace, owner.name);
  return row >= 0 && state.objectUid(row) === owner.uid ? row : -1;
}
