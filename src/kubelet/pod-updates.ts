// What a kubelet does about a pod that was changed: it restarts containers whose image is another one, resizes them, and minds another deadline or an open readiness gate.
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { Change } from '../model/change-log.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ClassRow, ContainerRow, NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { NodePods } from './node-pods.ts';
import type { PodEndings } from './pod-endings.ts';
import type { PodEvents } from './pod-events.ts';
import { isResized, PodResizes, restartsToResize } from './pod-resizes.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';
import type { ContainerRuntime } from './runtime.ts';

/** How often a kubelet looks again whether there is room for what pods are to have; when a pod goes, it looks at once. */
const RETRY_US = 60e6;

/** What the runtime has done is seen at the next look at it. */
const SEEN_US = 1e6;

interface UpdateParts {
  readonly engine: Engine;
  readonly api: ApiServer;
  readonly runtimes: PodRuntimes;
  readonly runtime: ContainerRuntime;
  readonly admitted: NodePods;
  readonly endings: PodEndings;
  readonly events: PodEvents;
  readonly bucket: (node: NodeRow) => number;
  readonly trigger: (pod: PodRow) => void;
}

export class PodUpdates {
  readonly #parts: UpdateParts;
  readonly #state: ClusterState;
  readonly #resizes: PodResizes;
  /** Pods that are to have what their node has no room for: as what they are known then. */
  readonly #pending = new Map<PodRow, ClassRow>();
  readonly #onRetry: number;
  readonly #onResized: number;
  #armed = false;

  constructor(parts: UpdateParts) {
    const { engine, api, admitted, events, bucket } = parts;
    this.#parts = parts;
    this.#state = api.state;
    this.#resizes = new PodResizes(api, admitted, events, bucket, (node) => parts.runtimes.isOutOfReach(node));
    this.#onRetry = engine.kind('kubelet.resize', (timer) => {
      if (timer === 1) this.#armed = false;
      this.#retry();
    });
    this.#onResized = engine.kind('kubelet.resized', (row, epoch) => {
      const pod = row as PodRow;
      if (this.#isThere(pod, epoch)) this.#resizes.completed(pod, admitted.classes.of(pod));
    });
    api.podCommits.push((pod, _epoch, what) => {
      if ((what & Change.Removed) !== 0 && this.#pending.size > 0) {
        this.#pending.delete(pod);
        this.roomCame();
      }
      if ((what & Change.Class) !== 0 && this.#state.pods.node[pod] >= 0) admitted.classes.changed(pod);
    });
    api.kubelets.classes.push((pod, epoch, podClass) => {
      if (this.#isThere(pod, epoch)) this.#heard(pod, podClass);
    });
    api.kubelets.conditions.push((pod, epoch, conditions) => {
      if (!this.#isThere(pod, epoch)) return;
      parts.runtimes.gates.hear(pod, conditions);
      if (parts.runtimes.works(pod)) parts.trigger(pod);
    });
  }

  /** A pod is gone: there may be room for what others are to have. */
  roomCame(): void {
    if (this.#pending.size > 0) this.#parts.engine.after(0, this.#onRetry, 0, 0);
  }

  /** The kubelet starts, and has the pod as the API server has it. */
  catchUp(pod: PodRow): void {
    const { podClass } = this.#state.pods;
    if (this.#parts.admitted.classes.of(pod).id !== podClass[pod]) this.#heard(pod, podClass[pod]);
    const { runtimes, trigger } = this.#parts;
    if (runtimes.gates.list(pod) && runtimes.works(pod)) trigger(pod);
  }

  #isThere(pod: PodRow, epoch: number): boolean {
    const { pods, machines } = this.#state;
    if (pods.epoch[pod] !== epoch || pods.alive[pod] === 0) return false;
    const node = pods.node[pod];
    return machines.nodeUp[node] === 1 && !this.#parts.runtimes.isOutOfReach(node);
  }

  #heard(pod: PodRow, podClass: ClassRow): void {
    const { admitted, runtimes } = this.#parts;
    const before = admitted.classes.of(pod);
    const after = this.#state.classes.get(podClass);
    const pending = this.#pending.get(pod);
    if (pending !== undefined && !isResized(this.#state.classes.get(pending), after)) {
      // What is asked for is the same still.
      this.#pending.set(pod, podClass);
      return;
    }
    this.#pending.delete(pod);
    if (runtimes.work[pod] !== Work.Sync || !isResized(before, after)) {
      this.#take(pod, podClass);
      return;
    }
    this.#resizes.count(pod);
    this.#resize(pod, before, after);
  }

  #retry(): void {
    const { admitted } = this.#parts;
    const pods = [...this.#pending.keys()];
    for (const pod of pods) {
      const podClass = this.#pending.get(pod);
      if (podClass === undefined || !this.#isThere(pod, this.#state.pods.epoch[pod])) continue;
      this.#resize(pod, admitted.classes.of(pod), this.#state.classes.get(podClass));
    }
  }

  #resize(pod: PodRow, before: PodClass, after: PodClass): void {
    const { engine, runtimes, runtime } = this.#parts;
    if (!this.#resizes.takes(pod, this.#state.pods.node[pod], after)) {
      this.#pending.set(pod, after.id);
      if (this.#armed) return;
      this.#armed = true;
      engine.after(RETRY_US, this.#onRetry, 1, 0);
      return;
    }
    this.#pending.delete(pod);
    const containers = ({ runtime: { initContainers, containers: regular } }: PodClass) => [
      ...initContainers,
      ...regular,
    ];
    const first = this.#state.pods.firstContainer[pod];
    const inPlace: ContainerRow[] = [];
    for (const [index, one] of containers(after).entries()) {
      const row = (first + index) as ContainerRow;
      if (runtimes.seenRunning[row] === 0) continue;
      if (restartsToResize(containers(before)[index], one)) runtimes.restartToResize(row);
      else inPlace.push(row);
    }
    this.#take(pod, after.id);
    for (const row of inPlace) runtime.resized?.(row, pod);
    engine.after(SEEN_US, this.#onResized, pod, this.#state.pods.epoch[pod]);
  }

  #take(pod: PodRow, podClass: ClassRow): void {
    const { runtimes, admitted, endings, trigger } = this.#parts;
    const before = runtimes.planOf(pod);
    admitted.reclass(pod, this.#state.pods.node[pod], podClass);
    if (runtimes.work[pod] !== Work.Sync) return;
    const after = runtimes.planOf(pod);
    const first = this.#state.pods.firstContainer[pod];
    for (const [index, { image }] of after.containers.entries()) {
      const from = before.containers[index].image;
      if (from !== image) runtimes.redefine((first + index) as ContainerRow, from, image);
    }
    const { startedAt } = this.#state.pods;
    const startedUs = startedAt[pod] < 0 ? undefined : startedAt[pod];
    if (after.deadlineUs < before.deadlineUs) endings.awaitDeadline(pod, after.deadlineUs, startedUs);
    trigger(pod);
  }
}
