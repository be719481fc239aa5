// DELETE of a stored object.
import { timestamp } from '../../lib/timestamp.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { FOREGROUND_DELETION, isHeld, ORPHAN_DEPENDENTS } from '../../model/storage/protection.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';
import type { ObjectRow } from '../../model/rows.ts';

export function deleteObject(requests: RequestArena, row: ObjectRow, propagation: Propagation): number {
  const request = requests.allocate(Verb.DeleteObject, row);
  requests.a[request] = PROPAGATIONS.indexOf(propagation);
  return request;
}

export function commitDeleteObject(at: Commit, request: number): number {
  const row = at.requests.target[request] as ObjectRow;
  const current = at.state.objects.get(row);
  if (current === undefined) return Refused.NotFound;
  endObject(at, row, current, PROPAGATIONS[at.requests.a[request]]);
  return row;
}

/** The finalizers by which the garbage collector knows what to do with an owner's dependents. */
const FINALIZERS = {
  Background: undefined,
  Foreground: FOREGROUND_DELETION,
  Orphan: ORPHAN_DEPENDENTS,
} as const;
export type Propagation = keyof typeof FINALIZERS;
const PROPAGATIONS: readonly Propagation[] = ['Background', 'Foreground', 'Orphan'];

/** Removes a stored object; one with a finalizer that somebody takes away is only marked. */
export function endObject(
  { state, changes, clock }: Commit,
  row: ObjectRow,
  current: KubeObject,
  propagation: Propagation,
): void {
  const { objects } = state;
  const finalizer = FINALIZERS[propagation];
  const { finalizers = [] } = current.metadata;
  const adds = finalizer !== undefined && !finalizers.includes(finalizer);
  const marks = adds || isHeld(current);
  if (marks && !adds && current.metadata.deletionTimestamp !== undefined) return;
  state.resourceVersion += 1;
  const metadata = {
    ...current.metadata,
    ...(adds ? { finalizers: [...finalizers, finalizer] } : {}),
    resourceVersion: String(state.resourceVersion),
    ...(marks ? { deletionTimestamp: current.metadata.deletionTimestamp ?? timestamp(clock.now) } : {}),
  };
  const terminates = marks && current.kind === 'Namespace';
  const next = { ...current, metadata, ...(terminates ? { status: { phase: 'Terminating' } } : {}) };
  objects.set(row, next);
  state.closedNamespaces.follow(next, !marks);
  if (marks) {
    changes.objectChanged(row, Change.Deleting);
    return;
  }
  changes.objectChanged(row, Change.Removed);
  objects.remove(row);
}
