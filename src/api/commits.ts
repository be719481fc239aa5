// What each verb does to the committed state: preconditions, defaults, the new version. The court for conflicts.
import { assert, InvariantError } from '../lib/assert.ts';
import { timestamp } from '../lib/timestamp.ts';
import { Change } from '../model/change-log.ts';
import type { Endpoints } from '../model/endpoints.ts';
import type { Labels } from '../model/interner.ts';
import type { KubeObject, ObjectMeta } from '../model/object-store.ts';
import type { StorageClass } from '../model/storage/objects.ts';
import { isHeld } from '../model/storage/protection.ts';
import { admitClaim, admitVolume } from './admission.ts';
import { isTerminal, PodBit, PodPhase } from '../model/pods.ts';
import type { ClusterState } from '../model/state.ts';
import { Refused, Verb, type WriteArena } from './writes.ts';

/** Who is told of a committed change. */
export interface ChangeSink {
  podChanged(pod: number, what: number): void;
  nodeChanged(node: number, what: number): void;
  objectChanged(row: number, what: number): void;
}

/** The endpoints of one Service as the EndpointSlice controller wants them, and how many differ from before. */
export interface EndpointsBody extends Endpoints {
  readonly changed: number;
}

/** The metadata of a Binding: the API server adds its annotations to the pod's. */
export interface BindingBody {
  readonly annotations: Labels;
}

/** What a PATCH of a pod's status says beside its bits. */
export interface PodStatusBody {
  readonly reason?: string;
  /** Row of the node, -1 for none any more. */
  readonly nominatedNode?: number;
}

/** A new object and the row of its controlling owner (-1 for none). */
export interface CreateBody {
  readonly object: KubeObject;
  readonly owner: number;
}

export class Commits {
  readonly #state: ClusterState;
  readonly #writes: WriteArena;
  readonly #sink: ChangeSink;

  constructor(state: ClusterState, writes: WriteArena, sink: ChangeSink) {
    this.#state = state;
    this.#writes = writes;
    this.#sink = sink;
  }

  /** Applies a write at its commit. Returns the row, or a code of `Refused`. */
  apply(write: number, nowUs: number): number {
    const { verb } = this.#writes;
    switch (verb[write]) {
      case Verb.CreatePod:
        return this.#createPod(write, nowUs);
      case Verb.BindPod:
        return this.#bindPod(write, nowUs);
      case Verb.PodStatus:
        return this.#podStatus(write);
      case Verb.DeletePod:
        return this.#deletePod(write, nowUs);
      case Verb.RemovePod:
        return this.#removePod(write, nowUs);
      case Verb.NodeStatus:
        return this.#nodeStatus(write);
      case Verb.NodeSpec:
        return this.#nodeSpec(write);
      case Verb.CreateObject:
        return this.#createObject(write, nowUs);
      case Verb.UpdateObject:
        return this.#updateObject(write, false);
      case Verb.UpdateStatus:
        return this.#updateObject(write, true);
      case Verb.DeleteObject:
        return this.#deleteObject(write, nowUs);
      case Verb.Endpoints:
        return this.#endpoints(write, nowUs);
      case Verb.Event:
        return this.#event(write, nowUs);
      default:
        throw new InvariantError(`no verb ${verb[write]}`);
    }
  }

  #createPod(write: number, nowUs: number): number {
    const { pods, objects, containers, classes, nodes } = this.#state;
    const owner = this.#writes.target[write];
    // An owner that is gone: the real server accepts the pod and the garbage collector deletes it.
    const podClass = classes.get(this.#writes.a[write]);
    const pod = this.#state.allocatePod();
    pods.podClass[pod] = podClass.id;
    pods.owner[pod] = owner;
    if (owner < 0) {
      pods.ordinal[pod] = this.#writes.b[write];
    } else {
      pods.ordinal[pod] = objects.podsMade[owner];
      objects.podsMade[owner] += 1;
    }
    pods.createdAt[pod] = nowUs;
    pods.firstContainer[pod] = containers.allocate(
      podClass.runtime.initContainers.length + podClass.runtime.containers.length,
    );
    let what: number = Change.Created;
    if (podClass.shape.nodeName !== '') {
      const node = this.#state.findNode(podClass.shape.nodeName);
      if (node >= 0 && nodes.alive[node] === 1) {
        pods.node[pod] = node;
        pods.scheduledAt[pod] = nowUs;
        pods.state[pod] |= PodBit.Scheduled;
        what |= Change.Bound;
      }
    }
    this.#sink.podChanged(pod, what);
    return pod;
  }

  #bindPod(write: number, nowUs: number): number {
    const { pods } = this.#state;
    const pod = this.#writes.target[write];
    if (!this.#podIs(pod, this.#writes.epoch[write])) return Refused.NotFound;
    if (pods.node[pod] >= 0 || (pods.state[pod] & PodBit.Deleting) !== 0) return Refused.Conflict;
    pods.node[pod] = this.#writes.a[write];
    pods.scheduledAt[pod] = nowUs;
    pods.reason[pod] = 0;
    pods.state[pod] |= PodBit.Scheduled;
    const body = this.#writes.body[write] as BindingBody | undefined;
    if (body !== undefined) this.#state.boundWith.set(pod, body.annotations);
    pods.nominated.delete(pod);
    this.#sink.podChanged(pod, Change.Bound);
    return pod;
  }

  /** PATCH status: the bits of `b` chosen by the mask `a`; `c` is the sum of restarts or -1; body the rest, if any. */
  #podStatus(write: number): number {
    const { pods } = this.#state;
    const pod = this.#writes.target[write];
    if (!this.#podIs(pod, this.#writes.epoch[write])) return Refused.NotFound;
    const before = pods.state[pod];
    const mask = this.#writes.a[write];
    const after = (before & ~mask) | (this.#writes.b[write] & mask);
    assert(
      (after & PodBit.PhaseMask) >= (before & PodBit.PhaseMask) &&
        !(isTerminal(before) && (after & 3) !== (before & 3)),
      () =>
        `the phase of pod ${this.#state.podName(pods.owner[pod], pods.ordinal[pod])} moved backward: ${before & 3} to ${after & 3}`,
    );
    pods.state[pod] = after;
    const restarts = this.#writes.c[write];
    if (restarts >= 0) pods.restarts[pod] = restarts;
    const at = this.#writes.time[write];
    if (((before ^ after) & PodBit.Ready) !== 0) pods.readyAt[pod] = at;
    if ((after & PodBit.HasIp) !== 0 && pods.startedAt[pod] < 0) pods.startedAt[pod] = at;
    if ((before & PodBit.PhaseMask) === PodPhase.Pending && (after & PodBit.PhaseMask) === PodPhase.Running) {
      pods.runningAt[pod] = at;
    }
    const body: PodStatusBody | undefined = this.#writes.body[write];
    if (body?.reason !== undefined) pods.reason[pod] = this.#state.reasons.id(body.reason);
    this.#sink.podChanged(
      pod,
      this.#nominate(pod, body?.nominatedNode) ? Change.Status | Change.Nominated : Change.Status,
    );
    return pod;
  }

  /** Whether status.nominatedNodeName is another one now. */
  #nominate(pod: number, node: number | undefined): boolean {
    const { nominated } = this.#state.pods;
    if (node === undefined || node === (nominated.get(pod) ?? -1)) return false;
    if (node < 0) nominated.delete(pod);
    else nominated.set(pod, node);
    return true;
  }

  /** DELETE (behaviour C.7): grace of the request, else of the spec; 0 for a pod that no kubelet has or that has ended. */
  #deletePod(write: number, nowUs: number): number {
    const { pods, classes } = this.#state;
    const pod = this.#writes.target[write];
    if (!this.#podIs(pod, this.#writes.epoch[write])) return Refused.NotFound;
    if ((pods.state[pod] & PodBit.Deleting) !== 0) return pod;
    const asked = this.#writes.c[write];
    const own = classes.get(pods.podClass[pod]).runtime.terminationGraceUs;
    const graceUs = pods.node[pod] < 0 || isTerminal(pods.state[pod]) ? 0 : asked >= 0 ? asked * 1e6 : own;
    if (graceUs === 0) return this.#remove(pod, nowUs);
    pods.state[pod] |= PodBit.Deleting;
    pods.deletedAt[pod] = nowUs;
    pods.graceUs[pod] = graceUs;
    this.#sink.podChanged(pod, Change.Deleting);
    return pod;
  }

  #removePod(write: number, nowUs: number): number {
    const pod = this.#writes.target[write];
    if (!this.#podIs(pod, this.#writes.epoch[write])) return Refused.NotFound;
    return this.#remove(pod, nowUs);
  }

  #remove(pod: number, nowUs: number): number {
    const { pods, history, containers, classes } = this.#state;
    if (pods.deletedAt[pod] < 0) pods.deletedAt[pod] = nowUs;
    history.owner.push(pods.owner[pod]);
    history.ordinal.push(pods.ordinal[pod]);
    history.podClass.push(pods.podClass[pod]);
    history.node.push(pods.node[pod]);
    history.state.push(pods.state[pod]);
    history.restarts.push(pods.restarts[pod]);
    history.reason.push(pods.reason[pod]);
    history.createdAt.push(pods.createdAt[pod]);
    history.scheduledAt.push(pods.scheduledAt[pod]);
    history.runningAt.push(pods.runningAt[pod]);
    history.deletedAt.push(pods.deletedAt[pod]);
    history.removedAt.push(nowUs);
    const { boundWith } = this.#state;
    const annotations = boundWith.size === 0 ? undefined : boundWith.get(pod);
    if (annotations !== undefined) {
      history.boundWith.set(history.length - 1, annotations);
      boundWith.delete(pod);
    }
    const { runtime } = classes.get(pods.podClass[pod]);
    containers.release(pods.firstContainer[pod], runtime.initContainers.length + runtime.containers.length);
    pods.remove(pod);
    this.#sink.podChanged(pod, Change.Removed);
    return pod;
  }

  #podIs(pod: number, epoch: number): boolean {
    return this.#state.pods.alive[pod] === 1 && this.#state.pods.epoch[pod] === epoch;
  }

  /** Condition Ready of a node: `a` is the status, `time` its transition. */
  #nodeStatus(write: number): number {
    const { nodes } = this.#state;
    const node = this.#writes.target[write];
    if (nodes.alive[node] === 0) return Refused.NotFound;
    if (nodes.ready[node] !== this.#writes.a[write]) nodes.readyAt[node] = this.#writes.time[write];
    nodes.ready[node] = this.#writes.a[write];
    this.#sink.nodeChanged(node, Change.Status);
    return node;
  }

  /** Taints (`a`: interned set, -1 unchanged) and spec.unschedulable (`b`: -1 unchanged); `expected` guards against lost updates. */
  #nodeSpec(write: number): number {
    const { nodes } = this.#state;
    const node = this.#writes.target[write];
    if (nodes.alive[node] === 0) return Refused.NotFound;
    const expected = this.#writes.expected[write];
    if (expected !== 0 && expected !== nodes.version[node]) return Refused.Conflict;
    if (this.#writes.a[write] >= 0) nodes.taints[node] = this.#writes.a[write];
    if (this.#writes.b[write] >= 0) nodes.unschedulable[node] = this.#writes.b[write];
    this.#sink.nodeChanged(node, Change.Spec);
    return node;
  }

  #createObject(write: number, nowUs: number): number {
    const { objects } = this.#state;
    const { object, owner } = this.#writes.body[write] as CreateBody;
    if (objects.find(object.kind, object.metadata.namespace, object.metadata.name) >= 0) return Refused.AlreadyExists;
    const row = objects.length;
    const admitted = this.#admitted(object);
    this.#state.resourceVersion += 1;
    objects.add(
      {
        ...admitted,
        metadata: {
          ...admitted.metadata,
          uid: this.#state.objectUid(row),
          resourceVersion: String(this.#state.resourceVersion),
          creationTimestamp: timestamp(nowUs),
          generation: 1,
        },
      },
      owner,
      nowUs,
    );
    this.#sink.objectChanged(row, Change.Created);
    return row;
  }

  #admitted(object: KubeObject): KubeObject {
    if (object.kind === 'PersistentVolumeClaim') return admitClaim(object, this.#storageClasses());
    return object.kind === 'PersistentVolume' ? admitVolume(object) : object;
  }

  *#storageClasses(): Generator<StorageClass, void, undefined> {
    const { objects } = this.#state;
    for (const row of objects.ofKind('StorageClass')) yield objects.get(row) as StorageClass;
  }

  #updateObject(write: number, status: boolean): number {
    const { objects } = this.#state;
    const row = this.#writes.target[write];
    const current = objects.get(row);
    if (current === undefined) return Refused.NotFound;
    const expected = this.#writes.expected[write];
    if (expected !== 0 && expected !== Number(current.metadata.resourceVersion)) return Refused.Conflict;
    const asked = this.#writes.body[write] as KubeObject;
    const specChanged = !status && JSON.stringify(asked.spec) !== JSON.stringify(current.spec);
    this.#state.resourceVersion += 1;
    const { uid, creationTimestamp, deletionTimestamp, generation = 1 } = current.metadata;
    const metadata = {
      // A write of the status may change the annotations too: the Deployment controller numbers revisions that way.
      ...(status ? withAnnotations(current.metadata, asked.metadata) : asked.metadata),
      ...(uid === undefined ? {} : { uid }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      resourceVersion: String(this.#state.resourceVersion),
      generation: generation + (specChanged ? 1 : 0),
    };
    const next = status
      ? { ...current, metadata, ...withStatus(asked) }
      : { ...asked, metadata, ...withStatus(current) };
    objects.set(row, next);
    if (deletionTimestamp !== undefined && !isHeld(next)) {
      this.#sink.objectChanged(row, Change.Removed);
      objects.remove(row);
      return row;
    }
    this.#sink.objectChanged(row, status ? Change.Status : Change.Spec);
    return row;
  }

  /** An object with a finalizer that somebody takes away is only marked. */
  #deleteObject(write: number, nowUs: number): number {
    const { objects } = this.#state;
    const row = this.#writes.target[write];
    const current = objects.get(row);
    if (current === undefined) return Refused.NotFound;
    const marks = isHeld(current);
    if (marks && current.metadata.deletionTimestamp !== undefined) return row;
    this.#state.resourceVersion += 1;
    const metadata = {
      ...current.metadata,
      resourceVersion: String(this.#state.resourceVersion),
      ...(marks ? { deletionTimestamp: timestamp(nowUs) } : {}),
    };
    objects.set(row, { ...current, metadata });
    if (marks) {
      this.#sink.objectChanged(row, Change.Deleting);
      return row;
    }
    this.#sink.objectChanged(row, Change.Removed);
    objects.remove(row);
    return row;
  }

  #endpoints(write: number, nowUs: number): number {
    const service = this.#writes.target[write];
    if (this.#state.objects.get(service) === undefined) return Refused.NotFound;
    const body = this.#writes.body[write] as EndpointsBody;
    this.#state.resourceVersion += 1;
    this.#state.endpoints.commit(service, body, body.changed, nowUs);
    return service;
  }

  #event(write: number, nowUs: number): number {
    const { target, epoch, a, b, c } = this.#writes;
    this.#state.events.add(nowUs, a[write], epoch[write], target[write], b[write], c[write]);
    return 0;
  }
}

function withAnnotations(current: ObjectMeta, asked: ObjectMeta): ObjectMeta {
  return asked.annotations === undefined ? current : { ...current, annotations: asked.annotations };
}

function withStatus(object: KubeObject): { status?: object } {
  return object.status === undefined ? {} : { status: object.status };
}
