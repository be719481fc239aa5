// Hot dialect: POST of a pod. Its spec is a class that has been admitted.
import { Change } from '../../model/change-log.ts';
import type { JobPod } from '../../model/job-pod.ts';
import { PodBit } from '../../model/pods.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import { type Commit, namespaceProblem } from './commit-context.ts';
import type { ClassRow, NodeRow, ObjectRow } from '../../model/rows.ts';

/** What few pods bring with them. Without a name the API server generates one, from `generateName` or the owner's. */
export interface PodExtras {
  readonly name?: string;
  readonly generateName?: string;
  /** The pod is a Job's: it has the Job's finalizer. */
  readonly ofJob?: JobPod;
}

/** A pod of a class for an owner (its object row, -1 for none). */
export function createPod(requests: RequestArena, podClass: ClassRow, owner: ObjectRow, extras?: PodExtras): number {
  const request = requests.allocate(Verb.CreatePod, owner);
  requests.a[request] = podClass;
  requests.b[request] = -1;
  requests.body[request] = extras;
  return request;
}

/** The same with a required node affinity to the one node in place of those of the class. */
export function createPinnedPod(requests: RequestArena, podClass: ClassRow, owner: ObjectRow, node: NodeRow): number {
  const request = createPod(requests, podClass, owner);
  requests.b[request] = node;
  return request;
}

const NOTHING_MORE: PodExtras = {};

export function commitCreatePod(at: Commit, request: number): number {
  const { a, b, body, target } = at.requests;
  const extras: PodExtras | undefined = body[request];
  return addPod(at, a[request] as ClassRow, target[request] as ObjectRow, extras, b[request] as NodeRow);
}

/** The row of the new pod, or `Refused.AlreadyExists`, `Terminating` or `Forbidden`. An owner that is gone: the garbage collector deletes the pod. `more`: further bits of `Change`. */
export function addPod(
  at: Commit,
  classId: ClassRow,
  owner: ObjectRow,
  { name, generateName, ofJob }: PodExtras = NOTHING_MORE,
  pinned: NodeRow = -1,
  more = 0,
): number {
  const { state, changes, clock } = at;
  const { pods, identities, containers, classes } = state;
  const podClass = classes.get(classId);
  const closed = namespaceProblem(state, podClass.namespace);
  if (closed < 0) return closed;
  if (at.quotas.any) {
    const refused = at.quotas.chargePod(podClass);
    if (refused !== undefined) {
      return at.refusals.code(`pods "${name ?? identities.drawn(owner, generateName)}" is forbidden: ${refused}`);
    }
  }
  const identity =
    name === undefined ? identities.generated(owner, generateName) : identities.named(owner, podClass.namespace, name);
  if (identity < 0) return Refused.AlreadyExists;
  const pod = state.allocatePod();
  identities.pod[identity] = pod;
  pods.identity[pod] = identity;
  pods.podClass[pod] = podClass.id;
  pods.owner[pod] = owner;
  pods.pinned[pod] = pinned;
  pods.createdAt[pod] = clock.now;
  pods.firstContainer[pod] = containers.allocate(
    podClass.runtime.initContainers.length + podClass.runtime.containers.length,
  );
  if (podClass.finalizers !== undefined) pods.finalizers.set(pod, podClass.finalizers);
  if (ofJob !== undefined) {
    pods.ofJobs.set(pod, ofJob);
    pods.state[pod] |= PodBit.Tracked;
  }
  let what: number = Change.Created | more;
  if (podClass.shape.nodeName !== '') {
    // There need be no node of that name: then PodGC deletes the pod.
    pods.node[pod] = state.nodeRow(podClass.shape.nodeName);
    pods.scheduledAt[pod] = clock.now;
    pods.state[pod] |= PodBit.Scheduled;
    what |= Change.Bound;
  }
  changes.podChanged(pod, what);
  return pod;
}
