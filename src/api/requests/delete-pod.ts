// Hot dialect: DELETE of a pod: with its grace, or at once.
import { Change } from '../../model/change-log.ts';
import { isTerminal, PodBit, type PodTable } from '../../model/pods.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import { type Commit, hasPod } from './commit-context.ts';
import type { PodRow } from '../../model/rows.ts';

/** With the pod's own grace (-1), with `graceSeconds`, or with 0 at once. */
export function deletePod(requests: RequestArena, pod: PodRow, epoch: number, graceSeconds = -1): number {
  const request = requests.allocate(Verb.DeletePod, pod, epoch);
  requests.a[request] = graceSeconds;
  return request;
}

/** With grace 0: by the kubelet when nothing of the pod runs any more, or by force. */
export function removePod(requests: RequestArena, pod: PodRow, epoch: number): number {
  return requests.allocate(Verb.RemovePod, pod, epoch);
}

/** Behaviour C.7: grace of the request, else of the spec; 0 for a pod that no kubelet has or that has ended. */
export function commitDeletePod(at: Commit, request: number): number {
  const { requests, state } = at;
  const pod = requests.target[request] as PodRow;
  if (!hasPod(state, pod, requests.epoch[request])) return Refused.NotFound;
  endPod(at, pod, requests.a[request]);
  return pod;
}

/** Begins a pod's deletion, or removes it at once. `asked` is the grace in seconds, -1 for the pod's own. */
export function endPod(at: Commit, pod: PodRow, asked: number): void {
  const { state, changes, clock } = at;
  const { pods, classes } = state;
  if (asked !== 0 && (pods.state[pod] & PodBit.Deleting) !== 0) return;
  const own = classes.get(pods.podClass[pod]).runtime.terminationGraceUs;
  const graceUs = pods.node[pod] < 0 || isTerminal(pods.state[pod]) ? 0 : asked >= 0 ? asked * 1e6 : own;
  if (graceUs === 0) {
    remove(at, pod);
    return;
  }
  pods.state[pod] |= PodBit.Deleting;
  pods.deletedAt[pod] = clock.now;
  pods.graceUs[pod] = graceUs;
  changes.podChanged(pod, Change.Deleting);
}

export function commitRemovePod(at: Commit, request: number): number {
  const pod = at.requests.target[request] as PodRow;
  if (!hasPod(at.state, pod, at.requests.epoch[request])) return Refused.NotFound;
  remove(at, pod);
  return pod;
}

/** Without grace. One that a finalizer keeps, as a pod that its Job has not counted yet, is only marked. */
function remove(at: Commit, pod: PodRow): void {
  const { pods } = at.state;
  if (!pods.isKept(pod)) {
    removeFromStore(at, pod);
    return;
  }
  if ((pods.state[pod] & PodBit.Deleting) !== 0 && pods.graceUs[pod] === 0) return;
  if (pods.deletedAt[pod] < 0) pods.deletedAt[pod] = at.clock.now;
  pods.state[pod] |= PodBit.Deleting;
  pods.graceUs[pod] = 0;
  at.changes.podChanged(pod, Change.Deleting);
}

/** Whether its deletion waits for nothing any more. */
export function isDone(pods: PodTable, pod: PodRow): boolean {
  return (pods.state[pod] & PodBit.Deleting) !== 0 && pods.graceUs[pod] === 0 && !pods.isKept(pod);
}

export function removeFromStore({ state, changes, clock }: Commit, pod: PodRow): void {
  const { pods, identities, history, containers, classes, boundWith } = state;
  if (pods.deletedAt[pod] < 0) pods.deletedAt[pod] = clock.now;
  history.owner.push(pods.owner[pod]);
  history.identity.push(pods.identity[pod]);
  history.podClass.push(pods.podClass[pod]);
  history.node.push(pods.node[pod]);
  history.state.push(pods.state[pod]);
  history.restarts.push(pods.restarts[pod]);
  history.reason.push(pods.reason[pod]);
  history.createdAt.push(pods.createdAt[pod]);
  history.scheduledAt.push(pods.scheduledAt[pod]);
  history.runningAt.push(pods.runningAt[pod]);
  history.deletedAt.push(pods.deletedAt[pod]);
  history.removedAt.push(clock.now);
  const annotations = boundWith.size === 0 ? undefined : boundWith.get(pod);
  if (annotations !== undefined) {
    history.boundWith.set(history.length - 1, annotations);
    boundWith.delete(pod);
  }
  identities.end(pods.identity[pod]);
  pods.remove(pod);
  changes.podChanged(pod, Change.Removed);
  if (pods.held.has(pod)) return;
  const { runtime } = classes.get(pods.podClass[pod]);
  containers.release(pods.firstContainer[pod], runtime.initContainers.length + runtime.containers.length);
}
