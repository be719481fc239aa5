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
  /** As the kubelet makes it of the manifest (`staticTemplate`). */
  readonly template: PodTemplateSpec;
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
}

/** A mirror that could not be made is tried again at the pod's next sync. */
const RESYNC_US = 60e6;

export class StaticPods {
  readonly #parts: StaticPodParts;
  readonly #ofNode = new Map<NodeRow, readonly PodRow[]>();
  /** By pod: the class of its manifest. */
  readonly #classes = new Map<PodRow, ClassRow>();
  /** Pods whose mirror is asked for, or will be. */
  readonly #asked = new Set<PodRow>();
  /** Pods whose mirror the kubelet has asked to be removed. */
  readonly #removed = new Set<PodRow>();
  readonly #onRetry: number;
  readonly #reply: number;

  constructor(parts: StaticPodParts) {
    const { engine, api } = parts;
    this.#parts = parts;
    this.#onRetry = engine.kind('kubelet.mirror', (pod) => {
      this.#asked.delete(pod as PodRow);
      this.tend(pod as PodRow);
    });
    this.#reply = api.reply((token, result) => this.#answered(token as PodRow, result));
    const onGone = engine.kind('kubelet.mirror-gone', (pod) => this.tend(pod as PodRow));
    api.podCommits.push((pod, epoch, what) => {
      if ((what & Change.Removed) === 0 || !this.has(pod)) return;
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
    for (const pod of this.#ofNode.get(node) ?? this.#read(node)) {
      // One that a kubelet has ended or refused begins anew with the next kubelet.
      if (runtimes.work[pod] === Work.Ended && runtimes.endings.delete(pod)) runtimes.work[pod] = Work.None;
      if (runtimes.work[pod] === Work.None) begin(pod);
      else if (api.state.pods.alive[pod] === 1) status.reconcile(pod, node);
      this.tend(pod);
    }
  }

  #read(node: NodeRow): readonly PodRow[] {
    const { api, manifests, taken } = this.#parts;
    const { state } = api;
    const nodeName = state.nodeName(node);
    const pods: PodRow[] = [];
    this.#ofNode.set(node, pods);
    for (const manifest of manifests) {
      if (!manifest.isOn(nodeName)) continue;
      const podClass = state.classes.intern(manifest.namespace, manifest.template);
      const pod = state.allocateStaticPod(podClass, node, manifest.nameOn(nodeName));
      this.#classes.set(pod, podClass.id);
      pods.push(pod);
      taken(pod, node, podClass.id);
    }
    return pods;
  }

  #isAwake(node: NodeRow): boolean {
    const { api, runtimes } = this.#parts;
    return api.state.machines.nodeUp[node] === 1 && !runtimes.isOutOfReach(node);
  }

  /** Has the pod mirrored where it is not; a mirror that is being deleted goes at once, and another one comes. */
  tend(pod: PodRow): void {
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
    // When the node registers its kubelet has begun anew.
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
