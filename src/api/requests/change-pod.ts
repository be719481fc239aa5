// A change of what a pod is: its labels, annotations and spec, which are its class; its controller and its finalizers.
import { Change } from '../../model/change-log.ts';
import { JOB_TRACKING } from '../../model/job-pod.ts';
import type { PodClass } from '../../model/pod-class.ts';
import { PodBit } from '../../model/pods.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';
import type { Commit } from './commit-context.ts';
import { isDone, removeFromStore } from './delete-pod.ts';

interface PodChange {
  readonly podClass: PodClass;
  /** Row of the controller, -1 for none. */
  readonly owner: ObjectRow;
  readonly finalizers: readonly string[];
}

/** All of it at once. A pod whose deletion waited for the last finalizer is gone with it. */
export function changePod(at: Commit, pod: PodRow, { podClass, owner, finalizers }: PodChange): void {
  const { pods } = at.state;
  let what: number = Change.Spec;
  if (podClass.id !== pods.podClass[pod]) {
    if (!pods.firstClass.has(pod)) pods.firstClass.set(pod, pods.podClass[pod]);
    pods.podClass[pod] = podClass.id;
    what |= Change.Class;
  }
  if (owner !== pods.owner[pod]) {
    pods.changeOwner(pod, owner);
    what |= Change.Owner;
  }
  keep(at, pod, finalizers);
  if (isDone(pods, pod)) removeFromStore(at, pod);
  else at.changes.podChanged(pod, what);
}

function keep({ state: { pods } }: Commit, pod: PodRow, finalizers: readonly string[]): void {
  if (finalizers.includes(JOB_TRACKING)) pods.state[pod] |= PodBit.Tracked;
  else pods.state[pod] &= ~PodBit.Tracked;
  const others = finalizers.filter((one) => one !== JOB_TRACKING);
  if (others.length > 0) pods.finalizers.set(pod, others);
  else pods.finalizers.delete(pod);
}
