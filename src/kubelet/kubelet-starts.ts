// The start of a node's kubelet: a heartbeat and its status first, then the pods as it finds them and as the API server has them.
import type { Engine } from '../engine/engine.ts';
import { isTerminal, PodBit } from '../model/pods.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { NodeLeases } from './leases.ts';
import type { NodeResources } from './node-resources.ts';
import type { NodePods } from './node-pods.ts';
import type { NodeStatuses } from './node-status.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';
import type { PodWorkers } from './pod-workers.ts';
import type { Relist } from './relist.ts';
import type { StaticPods } from './static-pods.ts';
import type { StatusWriter } from './status-writer.ts';

interface StartParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly admitted: NodePods;
  readonly leases: NodeLeases;
  readonly nodeStatuses: NodeStatuses;
  readonly resources: NodeResources;
  readonly statics: () => StaticPods | undefined;
  readonly status: StatusWriter;
  readonly workers: PodWorkers;
  readonly relist: Relist;
  /** The kubelet has a pod from now on as the API server has it. */
  readonly catchUp: (pod: PodRow) => void;
  readonly begin: (pod: PodRow) => void;
  readonly terminate: (pod: PodRow) => void;
}

export class KubeletStarts {
  readonly #parts: StartParts;
  /** When the kubelet of a node began, for those that have not run since long. */
  readonly #startedAtUs = new Map<NodeRow, number>();

  constructor(parts: StartParts) {
    this.#parts = parts;
  }

  /** -Infinity for a kubelet that has run since long. */
  startedAtUs(node: NodeRow): number {
    return this.#startedAtUs.get(node) ?? -Infinity;
  }

  takeUp(node: NodeRow): void {
    const { engine, state, runtimes, admitted, leases, nodeStatuses, resources, status, begin } = this.#parts;
    const { pods } = state;
    const statics = this.#parts.statics();
    const isStatic = (pod: PodRow): boolean => statics?.has(pod) === true;
    this.#startedAtUs.set(node, engine.now);
    resources.start(node);
    leases.resume(node);
    nodeStatuses.begin(node);
    // Those that it does not find any more make room before others are admitted.
    for (let pod = admitted.first(node); pod >= 0; pod = admitted.next(pod))
      if (pods.alive[pod] === 0 && !isStatic(pod)) admitted.withdraw(pod, node);
    statics?.takeUp(node);
    for (let pod = admitted.first(node); pod >= 0; pod = admitted.next(pod)) {
      if (pods.alive[pod] === 0 || isTerminal(pods.state[pod]) || isStatic(pod)) continue;
      this.#parts.catchUp(pod);
      const work = runtimes.work[pod];
      if ((pods.state[pod] & PodBit.Deleting) !== 0) {
        runtimes.deleted[pod] = 1;
        if (work === Work.None || work === Work.Sync) this.#terminateAgain(pod);
      } else if (work === Work.None) {
        // Its containers may have run before: the kubelet sees how they ended.
        this.lookAnew(pod);
        begin(pod);
      } else status.reconcile(pod, node);
    }
  }

  /** The kubelet starts and cannot reach the API server: it runs what needs none. */
  takeUpAlone(node: NodeRow): void {
    const { engine, resources } = this.#parts;
    this.#startedAtUs.set(node, engine.now);
    resources.start(node);
    this.#parts.statics()?.takeUp(node);
  }

  /** The kubelet has run on without the API server, and hears of it again: what has become of its pods meanwhile. */
  catchUp(node: NodeRow): void {
    const { state, runtimes, admitted, status, begin, terminate } = this.#parts;
    const { pods } = state;
    const statics = this.#parts.statics();
    // Its watches go on from a version that etcd does not have yet: nothing comes.
    if (state.resourceVersion <= state.controlPlane.blindUntilVersion) return;
    for (let pod = admitted.first(node); pod >= 0; pod = admitted.next(pod)) {
      if (statics?.has(pod) === true) statics.tend(pod);
      else if (pods.alive[pod] === 0) {
        if (!runtimes.works(pod)) continue;
        admitted.withdraw(pod, node);
        terminate(pod);
      } else if (!isTerminal(pods.state[pod])) {
        this.#parts.catchUp(pod);
        if ((pods.state[pod] & PodBit.Deleting) !== 0) terminate(pod);
        else if (runtimes.work[pod] === Work.None) begin(pod);
        else status.reconcile(pod, node);
      }
    }
  }

  lookAnew(pod: PodRow): void {
    const { workers, relist } = this.#parts;
    workers.reset(pod);
    relist.reset(pod);
    relist.changed(pod);
    relist.look(pod);
  }

  #terminateAgain(pod: PodRow): void {
    const { runtimes, terminate } = this.#parts;
    if (runtimes.work[pod] === Work.None) {
      this.lookAnew(pod);
      runtimes.work[pod] = Work.Sync;
    }
    terminate(pod);
  }
}
