// Hot dialect: PATCH that takes away the finalizer by which a Job's controller counts a pod.
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import { type Commit, hasPod } from './commit-context.ts';
import { isDone, removeFromStore } from './delete-pod.ts';
import type { PodRow } from '../../model/rows.ts';

export function untrackPod(requests: RequestArena, pod: PodRow, epoch: number): number {
  return requests.allocate(Verb.UntrackPod, pod, epoch);
}

/** A pod whose deletion waited for nothing but the finalizer is gone with it. */
export function commitUntrackPod(at: Commit, request: number): number {
  const { requests, state, changes } = at;
  const { pods } = state;
  const pod = requests.target[request] as PodRow;
  if (!hasPod(state, pod, requests.epoch[request])) return Refused.NotFound;
  if ((pods.state[pod] & PodBit.Tracked) === 0) return pod;
  pods.state[pod] &= ~PodBit.Tracked;
  if (isDone(pods, pod)) removeFromStore(at, pod);
  else changes.podChanged(pod, Change.Spec);
  return pod;
}
