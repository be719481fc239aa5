// What etcd held before the simulation began: objects and pods that nobody creates and no quota or webhook looks at again.
import { timestamp } from '../../lib/timestamp.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { PodBit } from '../../model/pods.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';
import type { Commit } from './commit-context.ts';
import { addPod, type PodExtras } from './create-pod.ts';

export interface FoundPod {
  readonly podClass: ClassRow;
  readonly owner: ObjectRow;
  readonly extras: PodExtras;
  /** The one node that it is for, as of a DaemonSet's pod; -1 for any. */
  readonly pinned: NodeRow;
  /** The node that it is bound to; -1 while it is pending. */
  readonly node: NodeRow;
  /** Bits of its status (`PodBit`), where no kubelet will say them. */
  readonly bits: number;
}

/** The row that the next object has: its UID follows from it. */
export function nextRow({ state }: Commit): ObjectRow {
  return state.objects.length as ObjectRow;
}

/** Stores the object with its status as it is; `owner` is the row of its controller, -1 for none. */
export function findObject(at: Commit, object: KubeObject, owner: ObjectRow): ObjectRow {
  const { state, changes, clock } = at;
  const row = nextRow(at);
  state.resourceVersion += 1;
  const metadata = {
    generation: 1,
    ...object.metadata,
    uid: state.objectUid(row),
    resourceVersion: String(state.resourceVersion),
    creationTimestamp: timestamp(clock.now),
  };
  state.objects.add({ ...object, metadata }, owner, clock.now);
  const stored = at.managers.tracks ? state.objects.get(row) : undefined;
  if (stored !== undefined) at.managers.wrote(undefined, stored);
  state.closedNamespaces.follow(object);
  changes.objectChanged(row, Change.Created | Change.Found);
  return row;
}

/** What the status of a pod says: bits (`PodBit`), and the sum of its restarts. */
interface Status {
  readonly bits: number;
  readonly restarts: number;
}

/** The pod's row. `taken` has its kubelet take it up, once it is on its node, and gives its status; undefined where none does. */
export function findPod(at: Commit, found: FoundPod, taken: (pod: PodRow) => Status | undefined): PodRow {
  const { state, changes, clock } = at;
  const { pods } = state;
  const pod = addPod(at, found.podClass, found.owner, found.extras, found.pinned, Change.Found) as PodRow;
  if (found.node < 0) return pod;
  pods.node[pod] = found.node;
  pods.scheduledAt[pod] = clock.now;
  pods.state[pod] |= PodBit.Scheduled;
  changes.podChanged(pod, Change.Bound | Change.Found);
  const { bits, restarts } = taken(pod) ?? { bits: found.bits, restarts: 0 };
  pods.state[pod] |= bits;
  pods.restarts[pod] = restarts;
  pods.foundRestarts += restarts;
  if ((bits & PodBit.HasIp) !== 0) pods.startedAt[pod] = clock.now;
  if ((bits & PodBit.PhaseMask) > 0) pods.runningAt[pod] = clock.now;
  if ((bits & PodBit.Ready) !== 0) pods.readyAt[pod] = clock.now;
  changes.podChanged(pod, Change.Status | Change.Found);
  return pod;
}
