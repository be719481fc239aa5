// PUT of a stored object, or of its status.
import { Change } from '../../model/change-log.ts';
import type { KubeObject, ObjectMeta } from '../../model/object-store.ts';
import { isHeld } from '../../model/storage/protection.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** Metadata and spec of `object`, guarded by its resourceVersion. */
export function updateObject(requests: RequestArena, row: ObjectRow, object: KubeObject): number {
  return put(requests, Verb.UpdateObject, row, object);
}

/** The status subresource, guarded by the object's resourceVersion. */
export function updateObjectStatus(requests: RequestArena, row: ObjectRow, object: KubeObject): number {
  return put(requests, Verb.UpdateObjectStatus, row, object);
}

function put(requests: RequestArena, verb: number, row: ObjectRow, object: KubeObject): number {
  const request = requests.allocate(verb, row);
  requests.expected[request] = Number(object.metadata.resourceVersion ?? 0);
  requests.body[request] = object;
  return request;
}

export function commitUpdateObject(at: Commit, request: number): number {
  return commit(at, request, false);
}

export function commitUpdateObjectStatus(at: Commit, request: number): number {
  return commit(at, request, true);
}

function commit(at: Commit, request: number, status: boolean): number {
  const { requests, state } = at;
  const row = requests.target[request] as ObjectRow;
  const current = state.objects.get(row);
  if (current === undefined) return Refused.NotFound;
  const expected = requests.expected[request];
  if (expected !== 0 && expected !== Number(current.metadata.resourceVersion)) return Refused.Conflict;
  replaceObject(at, row, current, requests.body[request] as KubeObject, status);
  return row;
}

/** The next version of a stored object: what was `asked` for, or its status only. */
export function replaceObject(
  { state, changes, managers }: Pick<Commit, 'changes' | 'managers' | 'state'>,
  row: ObjectRow,
  current: KubeObject,
  asked: KubeObject,
  status: boolean,
): void {
  const { objects } = state;
  const specChanged = !status && JSON.stringify(asked.spec) !== JSON.stringify(current.spec);
  state.resourceVersion += 1;
  const { uid, creationTimestamp, deletionTimestamp, generation = 1 } = current.metadata;
  const metadata = {
    // A write of the status may change the annotations too: the Deployment controller numbers revisions that way.
    ...(status ? withAnnotations(current.metadata, asked.metadata) : asked.metadata),
    ...(uid === undefined ? {} : { uid }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    resourceVersion: String(state.resourceVersion),
    generation: generation + (specChanged ? 1 : 0),
  };
  const next = status ? { ...current, metadata, ...withStatus(asked) } : { ...asked, metadata, ...withStatus(current) };
  objects.set(row, next);
  if (managers.tracks) managers.wrote(current, next, status);
  if (deletionTimestamp !== undefined && !isHeld(next)) {
    changes.objectChanged(row, Change.Removed);
    if (uid !== undefined) managers.forget(uid);
    if (current.kind === 'Namespace') state.terminatingNamespaces.delete(current.metadata.name);
    objects.remove(row);
    return;
  }
  changes.objectChanged(row, status ? Change.Status : Change.Spec);
}

function withAnnotations(current: ObjectMeta, asked: ObjectMeta): ObjectMeta {
  return asked.annotations === undefined ? current : { ...current, annotations: asked.annotations };
}

function withStatus(object: KubeObject): { status?: object } {
  return object.status === undefined ? {} : { status: object.status };
}
