// Objects of `spec.initialState`: a cluster as it was found. Owners and statuses stay; what is over, or follows from the rest, is left out.
import { customKinds } from '../model/objects/decode.ts';
import { type InputDocument, valueAt } from './document.ts';
import { ENDED, type Left, isUnknown, leave, leftOutOf, type Reason } from './live-objects.ts';

/** What controllers, kubelets and the scheduler write again within seconds. */
const FOLLOWS: ReadonlySet<unknown> = new Set(['EndpointSlice', 'Endpoints', 'Lease', 'CSINode', 'CSIStorageCapacity']);

/** The documents that the run begins with, each marked as found. `leftOut` gets a sentence about the others. */
export function foundObjects(documents: readonly InputDocument[], leftOut: string[]): InputDocument[] {
  const defined = customKinds(documents.map(({ value }) => value));
  const left: Left = new Map();
  const taken = documents.filter((document) => {
    const reason = isUnknown(document.value, defined) ? 'unknown' : reasonOf(document.value);
    if (reason !== undefined) leave(left, reason, document.value);
    return reason === undefined;
  });
  for (const document of taken) document.found = true;
  if (left.size > 0) leftOut.push(leftOutOf(documents, taken, left, 'in the initial state'));
  return taken;
}

function reasonOf(value: unknown): Reason | undefined {
  const kind = valueAt(value, ['kind']);
  if (valueAt(value, ['metadata', 'deletionTimestamp']) !== undefined) return 'terminating';
  if (kind === 'Event') return 'past';
  if (kind === 'Pod' && ENDED.has(valueAt(value, ['status', 'phase']))) return 'finished';
  return FOLLOWS.has(kind) ? 'follows' : undefined;
}
