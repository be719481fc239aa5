// Hot dialect: PATCH of a pod's status.
import { assert } from '../../lib/assert.ts';
import { Change } from '../../model/change-log.ts';
import { ContainerState } from '../../model/containers.ts';
import type { ClusterState } from '../../model/state.ts';
import { isMirror } from '../../model/mirror-pod.ts';
import { isTerminal, type PendingResize, PodBit, PodPhase, type PodTable } from '../../model/pods.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import { type Commit, hasPod } from './commit-context.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** What is absent stays as it is. Whoever sends many may use one object again: it is read at once. */
export interface PodStatusPatch {
  readonly pod: PodRow;
  readonly epoch: number;
  /** Which bits of the status (`PodBit`) it speaks of, and what they become. */
  readonly mask?: number;
  readonly bits?: number;
  /** The sum of the containers' restarts; -1 stays as it is. */
  readonly restarts?: number;
  /** Empty stays as it is. */
  readonly reason?: string;
  /** Empty stays as it is. */
  readonly message?: string;
  /** Row of the node, -1 for none any more. */
  readonly nominatedNode?: NodeRow | undefined;
  /** Null for none any more. */
  readonly pendingResize?: PendingResize | null | undefined;
}

type Rest = Pick<PodStatusPatch, 'reason' | 'message' | 'nominatedNode' | 'pendingResize'>;

export function patchPodStatus(requests: RequestArena, patch: PodStatusPatch): number {
  const { mask = 0, bits = 0, restarts = -1, reason = '', message = '', nominatedNode, pendingResize } = patch;
  const request = requests.allocate(Verb.PatchPodStatus, patch.pod, patch.epoch);
  requests.a[request] = mask;
  requests.b[request] = bits;
  requests.c[request] = restarts;
  if (reason !== '' || nominatedNode !== undefined || pendingResize !== undefined)
    requests.body[request] = { reason, message, nominatedNode, pendingResize };
  return request;
}

/** The bits that a patch speaks of. */
export function patchedBits(requests: RequestArena, request: number): number {
  return requests.a[request];
}

export function commitPatchPodStatus({ requests, state, changes }: Commit, request: number): number {
  const { pods } = state;
  const pod = requests.target[request] as PodRow;
  if (!hasPod(state, pod, requests.epoch[request])) return Refused.NotFound;
  const before = pods.state[pod];
  // PodGC marks pods Failed whose kubelet is lost: one that comes back just then does not undo it.
  const mask = requests.a[request] & ~((before & PodBit.Collected) === 0 ? 0 : PodBit.PhaseMask);
  const after = (before & ~mask) | (requests.b[request] & mask);
  // A pod that runs may be Pending again: a new sandbox has its init containers run again.
  assert(
    !isTerminal(before) ||
      (after & PodBit.PhaseMask) === (before & PodBit.PhaseMask) ||
      // A static pod that its kubelet has ended starts over when the machine is back.
      isMirror(state.classes.get(pods.podClass[pod])),
    () => `the phase of pod ${state.podName(pod)} moved from an end: ${before & 3} to ${after & 3}`,
  );
  pods.state[pod] = after;
  if ((after & PodBit.Tracked) !== 0 && isTerminal(after) && !isTerminal(before)) noteEnd(state, pod);
  const restarts = requests.c[request];
  if (restarts >= 0) pods.restarts[pod] = restarts;
  const at = requests.madeAt[request];
  if (((before ^ after) & (PodBit.Ready | PodBit.ContainersReady)) !== 0) {
    noteReadiness(pods, pod, before ^ after, at + kubeletAheadUs(state, pod));
  }
  // Only kubelets speak of addresses: their first word is that they have begun with the pod.
  if ((mask & PodBit.HasIp) !== 0 && pods.startedAt[pod] < 0) pods.startedAt[pod] = at;
  if ((after & PodBit.PhaseMask) === PodPhase.Running && pods.runningAt[pod] < 0) pods.runningAt[pod] = at;
  const rest: Rest | undefined = requests.body[request];
  if (rest?.reason) pods.reason[pod] = state.reasons.id(rest.reason);
  if (rest?.message) pods.messages.set(pod, rest.message);
  if (rest?.pendingResize === null) pods.pendingResizes.delete(pod);
  else if (rest?.pendingResize !== undefined) pods.pendingResizes.set(pod, rest.pendingResize);
  changes.podChanged(pod, nominate(pods, pod, rest?.nominatedNode) ? Change.Status | Change.Nominated : Change.Status);
  return pod;
}

/** How far the clock by which the pod's kubelet dates conditions is ahead, µs. */
export function kubeletAheadUs({ clocks, pods, nodes }: ClusterState, pod: PodRow): number {
  const { [pod]: node } = pods.node;
  return clocks.wrong && node >= 0 ? clocks.aheadUs(nodes.spec[node].name) : 0;
}

/** Ready and ContainersReady change together but for pods with readiness gates. */
function noteReadiness({ readyAt, containersReadyAt }: PodTable, pod: PodRow, changed: number, at: number): void {
  if ((changed & PodBit.ContainersReady) === 0) {
    if (!containersReadyAt.has(pod)) containersReadyAt.set(pod, readyAt[pod]);
    readyAt[pod] = at;
  } else if ((changed & PodBit.Ready) === 0) containersReadyAt.set(pod, at);
  else {
    if (containersReadyAt.size > 0) containersReadyAt.delete(pod);
    readyAt[pod] = at;
  }
}

/** What the containers' statuses say that come with the terminal phase: the Job's controller decides by it. */
export function noteEnd({ pods, classes, containers }: ClusterState, pod: PodRow): void {
  const job = pods.ofJobs.get(pod);
  if (job === undefined) return;
  const { initContainers, containers: regular } = classes.get(pods.podClass[pod]).runtime;
  const first = pods.firstContainer[pod];
  const ended = (row: number): boolean => containers.state[row] === ContainerState.Terminated;
  const rows = [...regular.keys()].map((index) => first + initContainers.length + index);
  const inits = [...initContainers.keys()].map((index) => first + index);
  const nameOf = (row: number): string => [...initContainers, ...regular][row - first].name;
  job.end = {
    containers: [...rows, ...inits]
      .filter(ended)
      .map((row) => ({ name: nameOf(row), exitCode: containers.exitCode[row] })),
    finishedUs: rows.every(ended) ? Math.max(...rows.map((row) => containers.finishedAt[row])) : undefined,
  };
}

/** Whether status.nominatedNodeName is another one now. */
function nominate({ nominated }: PodTable, pod: PodRow, node: NodeRow | undefined): boolean {
  if (node === undefined || node === (nominated.get(pod) ?? -1)) return false;
  if (node < 0) nominated.delete(pod);
  else nominated.set(pod, node);
  return true;
}
