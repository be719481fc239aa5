// Machines and their kubelets stop and start again, without a word to anybody.
import { Change } from '../model/change-log.ts';
import type { Processes } from '../model/ports/processes.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { Images } from './images/images.ts';
import type { KubeletStarts } from './kubelet-starts.ts';
import type { NodeLeases } from './leases.ts';
import type { Part } from './node-contact.ts';
import type { NodeStatuses } from './node-status.ts';
import type { PodEvents } from './pod-events.ts';
import type { NodeResources } from './node-resources.ts';
import type { NodePods } from './node-pods.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';
import type { Prober } from './prober.ts';
import type { StatusWriter } from './status-writer.ts';

interface PowerParts {
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly processes: Processes;
  readonly admitted: NodePods;
  readonly leases: NodeLeases;
  readonly nodeStatuses: NodeStatuses;
  readonly events: PodEvents;
  /** A node that was cut off hears the API server again. */
  readonly heard: (node: NodeRow) => void;
  readonly images: Images;
  readonly resources: NodeResources;
  readonly prober: Prober;
  readonly status: StatusWriter;
  readonly starts: KubeletStarts;
  /** The machine has stopped. */
  readonly stopped: (node: NodeRow) => void;
  readonly isStatic: (pod: PodRow) => boolean;
  readonly vanish: (pod: PodRow) => void;
}

export class NodePower {
  readonly #parts: PowerParts;
  /** Machines that are gone, until another one comes with a node in their row. */
  readonly #scrapped = new Set<NodeRow>();

  constructor(parts: PowerParts) {
    this.#parts = parts;
  }

  crash(node: NodeRow): void {
    const { state, resources, leases, images, admitted, processes } = this.#parts;
    const { machines } = state;
    if (machines.nodeUp[node] === 0) return;
    machines.nodeUp[node] = 0;
    this.#parts.stopped(node);
    resources.stop(node);
    leases.stop(node);
    images.interrupt(node);
    for (let pod = admitted.first(node); pod >= 0; pod = admitted.next(pod)) this.#lose(pod, node);
    processes.nodeDown(node);
  }

  scrap(node: NodeRow): void {
    this.#scrapped.add(node);
    this.crash(node);
  }

  recover(node: NodeRow): void {
    if (this.#scrapped.has(node)) return;
    const { state, runtimes, processes } = this.#parts;
    const { machines, nodes } = state;
    if (machines.nodeUp[node] === 1 || nodes.alive[node] === 0) return;
    machines.nodeUp[node] = 1;
    processes.nodeUp?.(node);
    if (!runtimes.overdue.stopped(node)) this.#takeUp(node);
  }

  /** A machine comes with its node, and goes with it. */
  nodeChanged(node: NodeRow, what: number): void {
    const { runtimes, images, leases, starts } = this.#parts;
    if ((what & Change.Created) !== 0 && this.#parts.state.machines.nodeUp[node] === 0) {
      // Back from a backup of etcd, and its machine is not.
      this.#scrapped.add(node);
      leases.stop(node);
    } else if ((what & Change.Created) !== 0) {
      this.#scrapped.delete(node);
      images.forget(node);
      runtimes.overdue.start(node);
      starts.takeUp(node);
    } else if ((what & Change.Removed) !== 0) {
      this.crash(node);
      leases.forget(node);
      runtimes.contact.forget(node);
    }
  }

  stopKubelet(node: NodeRow): void {
    const { state, runtimes, leases } = this.#parts;
    if (runtimes.overdue.stopped(node)) return;
    runtimes.overdue.stop(node);
    if (state.machines.nodeUp[node] === 1) leases.stop(node);
  }

  startKubelet(node: NodeRow): void {
    const { state, runtimes } = this.#parts;
    if (!runtimes.overdue.stopped(node)) return;
    runtimes.overdue.start(node);
    if (state.machines.nodeUp[node] === 1) this.#takeUp(node);
  }

  #takeUp(node: NodeRow): void {
    const { runtimes, starts } = this.#parts;
    if (runtimes.contact.isCut(node)) {
      runtimes.contact.started(node);
      starts.takeUpAlone(node);
    } else starts.takeUp(node);
  }

  /** A part of what a kubelet sends and hears comes through again. */
  reached(node: NodeRow, part: Part, isNew: boolean): void {
    const { state, runtimes, leases, nodeStatuses, events, starts } = this.#parts;
    if (part === 'watch') this.#parts.heard(node);
    if (state.machines.nodeUp[node] === 0 || state.nodes.alive[node] === 0) return;
    if (runtimes.overdue.stopped(node)) return;
    if (part === 'watch') {
      events.reached(node);
      if (isNew) starts.takeUp(node);
      else starts.catchUp(node);
    } else if (isNew) return;
    else if (part === 'lease') leases.resume(node);
    else nodeStatuses.again(node);
  }

  /** The pod's machine has stopped, and all that ran there. */
  #lose(pod: PodRow, node: NodeRow): void {
    const { state, runtimes, admitted, prober, status, isStatic, vanish } = this.#parts;
    const { machines, pods } = state;
    if (runtimes.work[pod] === Work.Ended || runtimes.work[pod] === Work.None) return;
    machines.listening[pod] = 0;
    runtimes.lose(pod);
    if (pods.alive[pod] === 0 && !isStatic(pod)) {
      vanish(pod);
      return;
    }
    prober.removePod(pod, false);
    admitted.withdraw(pod, node);
    status.forget(pod);
  }
}
