// DELETE of a stored object.
import { timestamp } from '../../lib/timestamp.ts';
import { Change } from '../../model/change-log.ts';
import { isHeld } from '../../model/storage/protection.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';

/** With background propagation. */
export function deleteObject(requests: RequestArena, row: number): number {
  return requests.allocate(Verb.DeleteObject, row);
}

/** An object with a finalizer that somebody takes away is only marked. */
export function commitDeleteObject({ requests, state, changes, clock }: Commit, request: number): number {
  const { objects } = state;
  const row = requests.target[request];
  const current = objects.get(row);
  if (current === undefined) return Refused.NotFound;
  const marks = isHeld(current);
  if (marks && current.metadata.deletionTimestamp !== undefined) return row;
  state.resourceVersion += 1;
  const metadata = {
    ...current.metadata,
    resourceVersion: String(state.resourceVersion),
    ...(marks ? { deletionTimestamp: timestamp(clock.now) } : {}),
  };
  objects.set(row, { ...current, metadata });
  if (marks) {
    changes.objectChanged(row, Change.Deleting);
    return row;
  }
  changes.objectChanged(row, Change.Removed);
  objects.remove(row);
  return row;
}
