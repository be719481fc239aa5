// Hot dialect: POST of a pod. Its spec is a class that has been admitted.
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';

/** A pod of a class for an owner (its object row), which gives it the next ordinal; a bare pod has owner -1 and the ordinal of its name. */
export function createPod(requests: RequestArena, podClass: number, owner: number, bareOrdinal: number): number {
  const request = requests.allocate(Verb.CreatePod, owner);
  requests.a[request] = podClass;
  requests.b[request] = bareOrdinal;
  return request;
}

export function commitCreatePod(at: Commit, request: number): number {
  const { requests } = at;
  return addPod(at, requests.a[request], requests.target[request], requests.b[request]);
}

/** A new pod. An owner that is gone: the real server accepts the pod and the garbage collector deletes it. */
export function addPod({ state, changes, clock }: Commit, classId: number, owner: number, bareOrdinal: number): number {
  const { pods, objects, containers, classes, nodes } = state;
  const podClass = classes.get(classId);
  const pod = state.allocatePod();
  pods.podClass[pod] = podClass.id;
  pods.owner[pod] = owner;
  if (owner < 0) {
    pods.ordinal[pod] = bareOrdinal;
  } else {
    pods.ordinal[pod] = objects.podsMade[owner];
    objects.podsMade[owner] += 1;
  }
  pods.createdAt[pod] = clock.now;
  pods.firstContainer[pod] = containers.allocate(
    podClass.runtime.initContainers.length + podClass.runtime.containers.length,
  );
  let what: number = Change.Created;
  if (podClass.shape.nodeName !== '') {
    const node = state.findNode(podClass.shape.nodeName);
    if (node >= 0 && nodes.alive[node] === 1) {
      pods.node[pod] = node;
      pods.scheduledAt[pod] = clock.now;
      pods.state[pod] |= PodBit.Scheduled;
      what |= Change.Bound;
    }
  }
  changes.podChanged(pod, what);
  return pod;
}
