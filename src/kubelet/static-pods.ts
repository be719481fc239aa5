// Static pods: what kubelets run from manifests on their node, whatever the API server says, and the mirrors by which it knows of them.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { Forbidden } from '../api/admission.ts';
import { createMirrorPod } from '../api/requests/create-mirror-pod.ts';
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { Change } from '../model/change-log.ts';
import { PodBit } from '../model/pods.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ClassRow, NodeRow, PodRow } from '../model/rows.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';
import type { StatusWriter } from './status-writer.ts';

/** A manifest in the folder that kubelets watch (`staticPodPath`). */
export interface StaticPodManifest {
  readonly namespace: string;
  /** The name of its pod on a node. */
  nameOn(nodeName: string): string;
  /** Whether the kubelet of a node has it. */
  isOn(nodeName: string): boolean;
  /** As the kubelet makes it of the manifest (`staticTemplate`); undefined: the file has been removed. */
  readonly template: PodTemplateSpec | undefined;
}

interface StaticPodParts {
  readonly engine: Engine;
  readonly api: ApiServer;
  readonly manifests: readonly StaticPodManifest[];
  readonly runtimes: PodRuntimes;
  readonly status: StatusWriter;
  /** The kubelet of the node has the pod from now on. */
  readonly taken: (pod: PodRow, node: NodeRow, podClass: ClassRow) => void;
  /** The kubelet begins with a pod of which something may have run before. */
  readonly begin: (pod: PodRow) => void;
  /** The pod is stopped by its own grace, its mirror removed after it; `then` is called when its containers have ended. */
  readonly terminate: (pod: PodRow, then: () => void) => void;
  /** The pod has not begun, and never will. */
  readonly drop: (pod: PodRow) => void;
}

/** A mirror that could not be made is tried again at the pod's next sync. */
const RESYNC_US = 60e6;
const LOOK_US = 1e6;

export class StaticPods {
  readonly #parts: StaticPodParts;
  /** All files that there are or were: of those with the same pod on a node the last one counts. */
  readonly #manifests: StaticPodManifest[];
  readonly #ofNode = new Map<NodeRow, readonly PodRow[]>();
  /** By pod without a manifest that is still there, as containers or as a mirror: the one that takes its name. */
  readonly #leaving = new Map<PodRow, PodRow | undefined>();
  /** Those of them that their kubelet is stopping, or has stopped. */
  readonly #stopped = new Set<PodRow>();
  /** By pod: the class of its manifest. */
  readonly #classes = new Map<PodRow, ClassRow>();
  /** Pods whose mirror is asked for, or will be. */
  readonly #asked = new Set<PodRow>();
  /** Pods whose mirror the kubelet has asked to be removed. */
  readonly #removed = new Set<PodRow>();
  readonly #onRetry: number;
  readonly #onLeft: number;
  readonly #reply: number;

  constructor(parts: StaticPodParts) {
    const { engine, api } = parts;
    this.#parts = parts;
    this.#manifests = [...parts.manifests];
    this.#onRetry = engine.kind('kubelet.mirror', (pod) => {
      this.#asked.delete(pod as PodRow);
      this.tend(pod as PodRow);
    });
    this.#reply = api.reply((token, result) => this.#answered(token as PodRow, result));
    const onGone = engine.kind('kubelet.mirror-gone', (pod) => this.tend(pod as PodRow));
    this.#onLeft = engine.kind('kubelet.static-left', (pod) => this.#left(pod as PodRow));
    api.podCommits.push((pod, epoch, what) => {
      if ((what & Change.Removed) === 0) return;
      if (this.#leaving.has(pod)) engine.after(0, this.#onLeft, pod, epoch);
      if (!this.has(pod)) return;
      // The kubelet has removed it itself, or hears of it.
      engine.after(this.#removed.delete(pod) ? 0 : api.kubelets.delayUs(), onGone, pod, epoch);
    });
    const onStart = engine.kind('kubelet.static-pods', (node) => this.takeUp(node as NodeRow));
    const { nodes } = api.state;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow)
      if (nodes.alive[node] === 1) engine.after(0, onStart, node, 0);
  }

  has(pod: PodRow): boolean {
    return this.#classes.has(pod);
  }

  /** The pod's own priority, which is not what admission makes of its priority class. */
  priorityOf(pod: PodRow): number | undefined {
    const own = this.#classes.get(pod);
    return own === undefined ? undefined : (this.#parts.api.state.classes.get(own).spec.priority ?? 0);
  }

  /** The kubelet of a node starts: its pods need no API server, and what that has of them follows. */
  takeUp(node: NodeRow): void {
    const { runtimes, status, begin, api } = this.#parts;
    if (api.state.machines.nodeUp[node] === 0 || runtimes.overdue.stopped(node)) return;
    this.#stopLeaving(node);
    for (const pod of this.#ofNode.get(node) ?? this.#read(node)) {
      if (this.#waits(pod)) continue;
      // One that a kubelet has ended or refused starts over with the next kubelet.
      if (runtimes.work[pod] === Work.Ended && runtimes.endings.delete(pod)) runtimes.work[pod] = Work.None;
      if (runtimes.work[pod] === Work.None) begin(pod);
      else if (api.state.pods.alive[pod] === 1) status.reconcile(pod, node);
      this.tend(pod);
    }
  }

  /** A file is written, over one with the same pod, or removed. The kubelets watch the folder. */
  change(manifest: StaticPodManifest): void {
    this.#manifests.push(manifest);
    const { state } = this.#parts.api;
    for (const [node, pods] of this.#ofNode) {
      if (state.nodes.alive[node] === 0 || !manifest.isOn(state.nodeName(node))) continue;
      const name = manifest.nameOn(state.nodeName(node));
      const isTwin = (pod: PodRow): boolean =>
        state.podName(pod) === name && state.identities.namespace(state.pods.identity[pod]) === manifest.namespace;
      const old = pods.find(isTwin);
      const podClass = this.#interned(manifest);
      // The same text is the same pod.
      if (old !== undefined && podClass?.id === this.#classes.get(old)) continue;
      const next = podClass === undefined ? undefined : this.#take(node, name, podClass);
      const others = pods.filter((pod) => pod !== old);
      this.#ofNode.set(node, next === undefined ? others : [...others, next]);
      const before = [...this.#leaving.keys()].find((pod) => state.pods.node[pod] === node && isTwin(pod));
      if (before !== undefined) this.#leaving.set(before, next);
      if (old !== undefined) {
        this.#classes.delete(old);
        if (before === undefined) this.#leaving.set(old, next);
        else this.#parts.drop(old);
      }
      if (this.#isAwake(node)) this.takeUp(node);
    }
  }

  #read(node: NodeRow): readonly PodRow[] {
    const { state } = this.#parts.api;
    const nodeName = state.nodeName(node);
    const found = new Map<string, StaticPodManifest>();
    for (const manifest of this.#manifests) {
      if (manifest.isOn(nodeName)) found.set(`${manifest.namespace}/${manifest.nameOn(nodeName)}`, manifest);
    }
    const pods = [...found.values()].flatMap((manifest) => {
      const podClass = this.#interned(manifest);
      return podClass === undefined ? [] : this.#take(node, manifest.nameOn(nodeName), podClass);
    });
    this.#ofNode.set(node, pods);
    return pods;
  }

  #interned({ namespace, template }: StaticPodManifest): PodClass | undefined {
    return template && this.#parts.api.state.classes.intern(namespace, template);
  }

  #take(node: NodeRow, name: string, podClass: PodClass): PodRow {
    const pod = this.#parts.api.state.allocateStaticPod(podClass, node, name);
    this.#classes.set(pod, podClass.id);
    this.#parts.taken(pod, node, podClass.id);
    return pod;
  }

  /** Pods without a manifest end. Whoever has the name of one waits for that, and is mirrored when the other is no more. */
  #stopLeaving(node: NodeRow): void {
    const { api, begin, terminate, runtimes } = this.#parts;
    const { pods } = api.state;
    for (const pod of this.#leaving.keys()) {
      if (pods.node[pod] !== node || this.#stopped.has(pod)) continue;
      this.#stopped.add(pod);
      terminate(pod, () => {
        const next = this.#leaving.get(pod);
        if (next !== undefined && runtimes.work[next] === Work.None) begin(next);
        if (pods.alive[pod] === 0) api.engine.after(0, this.#onLeft, pod, 0);
      });
    }
  }

  /** Neither containers nor a mirror are there any more. */
  #left(pod: PodRow): void {
    const { runtimes, begin, api, engine } = this.#parts;
    if (runtimes.works(pod)) {
      // Without a mirror there is nothing that tells when its worker is done.
      if (api.state.pods.alive[pod] === 0) engine.after(LOOK_US, this.#onLeft, pod, 0);
      return;
    }
    const next = this.#leaving.get(pod);
    this.#leaving.delete(pod);
    this.#stopped.delete(pod);
    if (next === undefined) return;
    // Where the machine has stopped in between, nobody learned when the containers had ended.
    if (runtimes.work[next] === Work.None && this.#isAwake(api.state.pods.node[next])) begin(next);
    this.tend(next);
  }

  #waits(pod: PodRow): boolean {
    for (const next of this.#leaving.values()) if (next === pod) return true;
    return false;
  }

  #isAwake(node: NodeRow): boolean {
    const { api, runtimes } = this.#parts;
    return api.state.machines.nodeUp[node] === 1 && !runtimes.isOutOfReach(node);
  }

  /** Has the pod mirrored where it is not; a mirror that is being deleted goes at once, and another one comes. */
  tend(pod: PodRow): void {
    if (!this.has(pod)) return;
    const { api, status } = this.#parts;
    const { pods } = api.state;
    const node = pods.node[pod];
    if (!this.#isAwake(node) || this.#asked.has(pod)) return;
    if (pods.alive[pod] === 1) {
      if ((pods.state[pod] & PodBit.Deleting) !== 0) {
        this.#removed.add(pod);
        status.remove(pod, node);
      }
      return;
    }
    this.#asked.add(pod);
    const podClass = this.#admitted(pod);
    if (podClass === undefined) this.#later(pod);
    else api.submit(status.bucket(node), createMirrorPod(api.requests, pod, podClass.id), this.#reply, pod);
  }

  #answered(pod: PodRow, result: number): void {
    const { pods, nodes } = this.#parts.api.state;
    const node = pods.node[pod];
    if (result >= 0) {
      this.#asked.delete(pod);
      this.#parts.status.reconcile(pod, node);
    } else if (nodes.alive[node] === 1) this.#later(pod);
    // When the node registers its kubelet has started over.
    else this.#asked.delete(pod);
  }

  #later(pod: PodRow): void {
    this.#parts.engine.after(Math.round(RESYNC_US * this.#parts.runtimes.jitter()), this.#onRetry, pod, 0);
  }

  /** The class with what the plugin Priority adds to it; undefined when admission refuses the pod. */
  #admitted(pod: PodRow): PodClass | undefined {
    const { state, podAdmission } = this.#parts.api;
    const own = state.classes.get(this.#classes.get(pod) ?? -1);
    const { namespace, labels, annotations, spec } = own;
    const metadata = { labels, annotations };
    try {
      const admitted = podAdmission.admit(namespace, { metadata, spec }, state.podName(pod));
      const { priority, priorityClassName, preemptionPolicy } = admitted.spec ?? spec;
      return state.classes.intern(namespace, {
        metadata,
        spec: {
          ...spec,
          ...(priority === undefined ? {} : { priority }),
          ...(priorityClassName === undefined ? {} : { priorityClassName }),
          ...(preemptionPolicy === undefined ? {} : { preemptionPolicy }),
        },
      });
    } catch (error) {
      if (!(error instanceof Forbidden)) throw error;
      return undefined;
    }
  }
}
