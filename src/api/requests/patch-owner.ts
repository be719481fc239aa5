// PATCH of a pod's or an object's ownerReferences, by which its controller adopts it or lets it go.
import { Change } from '../../model/change-log.ts';
import { COMPLETION_INDEX } from '../../model/job-pod.ts';
import type { OwnerReference } from '../../model/object-store.ts';
import { isTerminal, PodBit } from '../../model/pods.ts';
import type { ClusterState } from '../../model/state.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import { type Commit, hasPod } from './commit-context.ts';
import { noteEnd } from './pod-status.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';

/** `controller` is the row of the object that adopts or lets go. The epoch stands for the pod's UID, which the patch carries. */
export interface PodOwnerPatch {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly controller: ObjectRow;
  readonly adopts: boolean;
}

export interface ObjectOwnerPatch {
  readonly row: ObjectRow;
  readonly controller: ObjectRow;
  readonly adopts: boolean;
}

export function patchPodOwner(requests: RequestArena, { pod, epoch, controller, adopts }: PodOwnerPatch): number {
  return fill(requests, requests.allocate(Verb.PatchPodOwner, pod, epoch), controller, adopts);
}

export function patchObjectOwner(requests: RequestArena, { row, controller, adopts }: ObjectOwnerPatch): number {
  return fill(requests, requests.allocate(Verb.PatchObjectOwner, row), controller, adopts);
}

function fill(requests: RequestArena, request: number, controller: ObjectRow, adopts: boolean): number {
  requests.a[request] = controller;
  requests.b[request] = adopts ? 1 : 0;
  return request;
}

export function commitPatchPodOwner({ requests, state, changes }: Commit, request: number): number {
  const { owner } = state.pods;
  const pod = requests.target[request] as PodRow;
  if (!hasPod(state, pod, requests.epoch[request])) return Refused.NotFound;
  const next = nextOwner(requests, request, owner[pod]);
  if (next === undefined) return Refused.Conflict;
  if (next === owner[pod]) return pod;
  if (next >= 0 && state.objects.kind[next] === 'Job') trackAdopted(state, pod);
  else if (next < 0) state.pods.state[pod] &= ~PodBit.Tracked;
  state.pods.changeOwner(pod, next);
  changes.podChanged(pod, Change.Owner);
  return pod;
}

/** A Job adopts with its finalizer, so that the pod is counted; which index it works on, the pod's annotation says. */
function trackAdopted(state: ClusterState, pod: PodRow): void {
  const { pods, classes } = state;
  pods.state[pod] |= PodBit.Tracked;
  if (pods.ofJobs.has(pod)) return;
  const index = Number(classes.get(pods.podClass[pod]).annotations[COMPLETION_INDEX] ?? -1);
  pods.ofJobs.set(pod, { index: Number.isInteger(index) ? index : -1 });
  if (isTerminal(pods.state[pod])) noteEnd(state, pod);
}

export function commitPatchObjectOwner({ requests, state, changes }: Commit, request: number): number {
  const { objects } = state;
  const row = requests.target[request] as ObjectRow;
  const current = objects.get(row);
  if (current === undefined) return Refused.NotFound;
  const next = nextOwner(requests, request, objects.owner[row]);
  if (next === undefined) return Refused.Conflict;
  if (next === objects.owner[row]) return row;
  objects.owner[row] = next;
  state.resourceVersion += 1;
  const { ownerReferences = [], ...metadata } = current.metadata;
  const others = ownerReferences.filter((one) => one.controller !== true);
  const references = next < 0 ? others : [...others, referenceTo(state, next)];
  objects.set(row, {
    ...current,
    metadata: {
      ...metadata,
      ...(references.length === 0 ? {} : { ownerReferences: references }),
      resourceVersion: String(state.resourceVersion),
    },
  });
  changes.objectChanged(row, Change.Spec | Change.Owner);
  return row;
}

/** Undefined when another controller has it: there can be one only. What is not its own it cannot let go, and nothing changes. */
function nextOwner({ a, b }: RequestArena, request: number, owner: ObjectRow): ObjectRow | undefined {
  const controller = a[request] as ObjectRow;
  if (b[request] === 0) return owner === controller ? -1 : owner;
  return owner === -1 || owner === controller ? controller : undefined;
}

function referenceTo(state: ClusterState, controller: ObjectRow): OwnerReference {
  const { objects } = state;
  const object = objects.get(controller);
  return {
    apiVersion: object?.apiVersion ?? '',
    kind: objects.kind[controller],
    name: objects.name[controller],
    uid: state.objectUid(controller),
    controller: true,
    blockOwnerDeletion: true,
  };
}
