// Hot dialect: POST of a pod's binding.
import { Change } from '../../model/change-log.ts';
import type { Labels } from '../../model/interner.ts';
import { PodBit } from '../../model/pods.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import { type Commit, hasPod } from './commit-context.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** The API server adds the annotations of a binding's metadata to the pod's. */
export function bindPod(
  requests: RequestArena,
  pod: PodRow,
  epoch: number,
  node: NodeRow,
  annotations?: Labels,
): number {
  const request = requests.allocate(Verb.BindPod, pod, epoch);
  requests.a[request] = node;
  requests.body[request] = annotations;
  return request;
}

export function commitBindPod(at: Commit, request: number): number {
  const { requests } = at;
  const pod = requests.target[request] as PodRow;
  if (!hasPod(at.state, pod, requests.epoch[request])) return Refused.NotFound;
  return assignPod(at, pod, requests.a[request] as NodeRow, requests.body[request] as Labels | undefined);
}

/** The pod, or `Refused.Conflict` for one that is assigned already or is being deleted. */
export function assignPod(
  { state, changes, clock }: Commit,
  pod: PodRow,
  node: NodeRow,
  annotations: Labels | undefined,
): number {
  const { pods } = state;
  if (pods.node[pod] >= 0 || (pods.state[pod] & PodBit.Deleting) !== 0) return Refused.Conflict;
  pods.node[pod] = node;
  pods.scheduledAt[pod] = clock.now;
  pods.reason[pod] = 0;
  pods.state[pod] |= PodBit.Scheduled;
  if (annotations !== undefined) state.boundWith.set(pod, annotations);
  pods.nominated.delete(pod);
  changes.podChanged(pod, Change.Bound);
  return pod;
}
