// Creating a ReplicaSet for its controller: the row, that there is one of that name, or why admission refuses it.
import type { ApiClient } from '../../api/client.ts';
import { isForbidden, Refused } from '../../api/refused.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { ReplicaSet } from './deployment-objects.ts';
import { type Steps, SyncFailed } from './sync.ts';

export interface RefusedCreation {
  readonly refused: string;
}

/** Undefined when an object of that name exists already. */
export function* createSet(
  client: ApiClient,
  set: ReplicaSet,
  owner: ObjectRow,
): Steps<{ readonly row: ObjectRow } | RefusedCreation | undefined> {
  const result = yield* client.create(set, owner).wait();
  if (result === Refused.AlreadyExists) return undefined;
  if (isForbidden(result)) return { refused: client.refusal(result) };
  if (result < 0) throw new SyncFailed(`ReplicaSet ${set.metadata.name}: the write was refused (${result})`);
  return { row: result as ObjectRow };
}
