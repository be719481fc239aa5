// Hot dialect: POST of a mirror pod by the kubelet that runs its static pod.
import { Change } from '../../model/change-log.ts';
import { NODE_OWNER } from '../../model/mirror-pod.ts';
import { PodBit } from '../../model/pods.ts';
import type { ClassRow, PodRow } from '../../model/rows.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import { type Commit, namespaceProblem } from './commit-context.ts';

/** `podClass` is what admission made of the static pod, which shares all of its shape. */
export function createMirrorPod(requests: RequestArena, pod: PodRow, podClass: ClassRow): number {
  const request = requests.allocate(Verb.CreateMirrorPod, pod);
  requests.a[request] = podClass;
  return request;
}

/** The row of the static pod, or `Refused.NotFound` when its node is not registered, `AlreadyExists`, `Terminating` or `Forbidden`. */
export function commitCreateMirrorPod(at: Commit, request: number): number {
  const { state, requests, changes, clock } = at;
  const { pods, identities, nodes } = state;
  const pod = requests.target[request] as PodRow;
  const name = state.podName(pod);
  const podClass = state.classes.get(requests.a[request] as ClassRow);
  if (nodes.alive[pods.node[pod]] === 0) return Refused.NotFound;
  if (pods.alive[pod] === 1) return Refused.AlreadyExists;
  const closed = namespaceProblem(state, podClass.namespace);
  if (closed < 0) return closed;
  const quota = at.quotas.any ? at.quotas.chargePod(podClass) : undefined;
  if (quota !== undefined) return at.refusals.code(`pods "${name}" is forbidden: ${quota}`);
  const identity = identities.named(-1, podClass.namespace, name);
  if (identity < 0) return Refused.AlreadyExists;
  pods.appear(pod);
  pods.podClass[pod] = podClass.id;
  identities.pod[identity] = pod;
  pods.identity[pod] = identity;
  pods.owner[pod] = NODE_OWNER;
  pods.createdAt[pod] = clock.now;
  pods.scheduledAt[pod] = clock.now;
  pods.state[pod] = PodBit.Scheduled;
  changes.podChanged(pod, Change.Created | Change.Bound);
  return pod;
}
