// One sync of a StatefulSet: its revisions, its pods, its status, its history.
import type { ControllerRevision } from '../kit/controller-revisions.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { isAvailable, isRunningAndReady } from './pod-states.ts';
import { minReadyUs, type StatefulSet } from '../kit/stateful-set-objects.ts';
import type { OrdinalPod, StatefulSetPort } from './stateful-set-port.ts';
import { type ChosenRevisions, chooseRevisions, oldRevisions, sortedRevisions } from './stateful-set-revisions.ts';
import { isNews, withFinishedUpdate } from './stateful-set-status.ts';
import { type Gates, updatePods } from './stateful-set-update.ts';

/** `pods` and `revisions` are those that the set owns. What could not be done is thrown at the end: the status is written all the same. */
export function* syncStatefulSet(
  port: StatefulSetPort,
  set: StatefulSet,
  pods: readonly OrdinalPod[],
  revisions: readonly ControllerRevision[],
  gates: Gates,
): Steps {
  const sorted = sortedRevisions(revisions);
  const chosen = yield* chooseRevisions(port, set, sorted);
  const failure = yield* updateAndReport(port, set, pods, chosen, gates);
  for (const old of oldRevisions(set, sorted, pods, chosen)) yield* port.deleteRevision(old);
  if (failure !== undefined) throw failure;
  comeBack(port, set, pods);
}

function* updateAndReport(
  port: StatefulSetPort,
  set: StatefulSet,
  pods: readonly OrdinalPod[],
  { collisions, ...revisions }: ChosenRevisions,
  gates: Gates,
): Steps<Error | undefined> {
  const { status, failure } = yield* updatePods(port, set, pods, revisions, gates);
  const finished = { ...withFinishedUpdate(set, status), collisionCount: collisions };
  try {
    if (isNews(set, finished)) yield* port.updateStatus({ ...set, status: finished });
  } catch (error) {
    if (error instanceof SyncFailed) return error;
    throw error;
  }
  return failure;
}

/** When the next pod will have been ready for long enough. */
function comeBack(port: StatefulSetPort, set: StatefulSet, pods: readonly OrdinalPod[]): void {
  const wait = minReadyUs(set);
  if (wait === 0) return;
  const waiting = pods.filter((pod) => isRunningAndReady(pod) && !isAvailable(pod, wait, port.nowUs));
  if (waiting.length > 0) {
    port.syncAfter(Math.min(...waiting.map(({ readySinceUs }) => readySinceUs + wait)) - port.nowUs);
  }
}
