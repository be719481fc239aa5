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
  const { deletionTimestamp, generation = 1 } = current.metadata;
  const resourceVersion = String(state.resourceVersion);
  const next = status
    ? withStatus(current, statusMetadata(current.metadata, asked.metadata, resourceVersion, generation), asked.status)
    : withStatus(
        asked,
        specMetadata(current.metadata, asked.metadata, resourceVersion, generation + (specChanged ? 1 : 0)),
        current.status,
      );
  objects.set(row, next);
  if (managers.tracks) managers.wrote(current, next, status);
  if (deletionTimestamp !== undefined && !isHeld(next)) {
    changes.objectChanged(row, Change.Removed);
    managers.forget(current.metadata.uid ?? '');
    state.closedNamespaces.follow(current, true);
    objects.remove(row);
    return;
  }
  changes.objectChanged(row, status ? Change.Status : Change.Spec);
}

/** A write of the status may change the annotations too: the Deployment controller numbers revisions that way. */
function statusMetadata(
  current: ObjectMeta,
  { annotations }: ObjectMeta,
  resourceVersion: string,
  generation: number,
): ObjectMeta {
  return annotations === undefined || annotations === current.annotations
    ? { ...current, resourceVersion, generation }
    : { ...current, annotations, resourceVersion, generation };
}

function specMetadata(
  { uid, creationTimestamp, deletionTimestamp }: ObjectMeta,
  asked: ObjectMeta,
  resourceVersion: string,
  generation: number,
): ObjectMeta {
  // One copy and then assignments: every renewal of a Lease comes this way, and spreading parts that may be missing takes twice as long.
  const metadata: { -readonly [Key in keyof ObjectMeta]: ObjectMeta[Key] } = { ...asked };
  if (uid !== undefined) metadata.uid = uid;
  if (creationTimestamp !== undefined) metadata.creationTimestamp = creationTimestamp;
  if (deletionTimestamp !== undefined) metadata.deletionTimestamp = deletionTimestamp;
  metadata.resourceVersion = resourceVersion;
  metadata.generation = generation;
  return metadata;
}

function withStatus(object: KubeObject, metadata: ObjectMeta, status: object | undefined): KubeObject {
  return status === undefined ? { ...object, metadata } : { ...object, metadata, status };
}
