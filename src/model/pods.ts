// Hot dialect: the table of pods. A pod is a row; what pods of one template share is its class.
import type { PodCondition } from 'kubernetes-types/core/v1.js';
import { grown, nextCapacity } from './columns.ts';
import {
  type ClassRow,
  type ContainerRow,
  type IdentityRow,
  type NodeRow,
  type ObjectRow,
  type PodRow,
  rowColumn,
} from './rows.ts';
import type { JobPod } from './job-pod.ts';

export const PodPhase = { Pending: 0, Running: 1, Succeeded: 2, Failed: 3 } as const;
export const podPhaseNames = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

/** Bits of a pod's state: two bits of phase, then the conditions and the deletion mark. */
export const PodBit = {
  PhaseMask: 0b11,
  /** Condition PodScheduled. */
  Scheduled: 1 << 2,
  /** Condition Initialized. */
  Initialized: 1 << 3,
  /** Condition ContainersReady. */
  ContainersReady: 1 << 4,
  /** Condition Ready. */
  Ready: 1 << 5,
  /** metadata.deletionTimestamp is set. */
  Deleting: 1 << 6,
  /** Condition PodReadyToStartContainers: the sandbox has its network and so the pod its IP. */
  HasIp: 1 << 7,
  /** Condition DisruptionTarget: the taint eviction, a preemption or PodGC chose it. */
  Disrupted: 1 << 8,
  /** That condition has the reason PreemptionByScheduler. */
  Preempted: 1 << 9,
  /** PodGC has marked it Failed and deletes it; the condition, if there is one, has the reason DeletionByPodGC. */
  Collected: 1 << 10,
  /** It has the finalizer `batch.kubernetes.io/job-tracking`: it stays, deleted or not, until its Job's controller has counted it. */
  Tracked: 1 << 11,
  /** Its containers have ended for good, well or badly; the phase follows when the kubelet has stopped the sandbox. */
  EndsWell: 1 << 12,
  EndsBadly: 1 << 13,
  /** The sandbox has its address no more: condition PodReadyToStartContainers is False again. */
  SandboxStopped: 1 << 14,
  /** The condition DisruptionTarget has the reason TerminationByKubelet. */
  ByKubelet: 1 << 15,
} as const;

/** Why a pod has not got the resources that its spec says. */
export interface PendingResize {
  readonly reason: 'Deferred' | 'Infeasible';
  readonly message: string;
  /** The class whose resources its containers have meanwhile. */
  readonly allocated: ClassRow;
}

/** True for a pod that a controller counts: neither finished nor being deleted (controller.IsPodActive). */
export function isActive(state: number): boolean {
  return (state & PodBit.PhaseMask) <= PodPhase.Running && (state & PodBit.Deleting) === 0;
}

export function isTerminal(state: number): boolean {
  return (state & PodBit.PhaseMask) >= PodPhase.Succeeded;
}

/**
 * Committed state of pods, as the API server holds it. Times are integer microseconds of virtual time, -1 where they have
 * not happened. Rows are reused: whoever keeps a row keeps its epoch beside it and compares.
 */
export class PodTable {
  capacity = 0;
  /** Rows ever handed out; live rows are those with `alive`. */
  length = 0;
  count = 0;
  /** Restarts that pods had which were there before the simulation began. */
  foundRestarts = 0;
  alive = new Uint8Array(0);
  /** Rises by one each time the row gets a new pod; a reference to a row with another epoch is stale. */
  epoch = new Int32Array(0);
  /** Pod class: everything that comes from the template. */
  podClass = rowColumn<ClassRow>();
  /** Row of the node, -1 while unscheduled. */
  node = rowColumn<NodeRow>();
  /** The one node that its required node affinity names (metadata.name), as of a DaemonSet's pod; -1 for any. Its class does not say it. */
  pinned = rowColumn<NodeRow>();
  state = new Uint16Array(0);
  /** Row of the controlling object in the object store, -1 for a bare pod. */
  owner = rowColumn<ObjectRow>();
  /** Row in the table of identities: its name and UID. */
  identity = rowColumn<IdentityRow>();
  /** Sum of the restart counts of its containers. */
  restarts = new Int32Array(0);
  /** First of the pod's rows in the container table; a class says how many there are. */
  firstContainer = rowColumn<ContainerRow>();
  createdAt = new Float64Array(0);
  scheduledAt = new Float64Array(0);
  /** status.startTime: when the kubelet acknowledged the pod. */
  startedAt = new Float64Array(0);
  /** When every container first ran; pod start-up is measured up to here. */
  runningAt = new Float64Array(0);
  /** lastTransitionTime of the condition Ready. */
  readyAt = new Float64Array(0);
  /** When DELETE was accepted; metadata.deletionTimestamp is this plus the grace. */
  deletedAt = new Float64Array(0);
  graceUs = new Float64Array(0);
  /** metadata.resourceVersion. */
  version = new Float64Array(0);
  /** Interned reason of a Failed phase (status.reason), or why a pending pod is not scheduled (of its condition PodScheduled), 0 for none. */
  reason = new Int32Array(0);
  /** status.nominatedNodeName: the node's row, for the few pods that have one. */
  readonly nominated = new Map<PodRow, NodeRow>();
  /** status.message, for the few pods that have one. */
  readonly messages = new Map<PodRow, string>();
  /** Removed pods of which something still runs: their rows, and those of their containers, are not used again before it has ended. */
  readonly held = new Set<PodRow>();
  readonly #freedWhileHeld = new Set<PodRow>();
  /** What pods made by Jobs have beyond their class. An entry is there as long as its row belongs to the pod. */
  readonly ofJobs = new Map<PodRow, JobPod>();
  /** Of pods that were changed: the class that they were made of. An entry is there as long as its row belongs to the pod. */
  readonly firstClass = new Map<PodRow, ClassRow>();
  /** Of pods that were adopted or let go: the owner that they were created with. */
  readonly firstOwner = new Map<PodRow, ObjectRow>();
  /** Of the few pods whose node has no room for what they are to have: condition PodResizePending. */
  readonly pendingResizes = new Map<PodRow, PendingResize>();
  /** Conditions that clients have set, such as those of readiness gates, of the few pods that have any. */
  readonly conditions = new Map<PodRow, readonly PodCondition[]>();
  /** lastTransitionTime of the condition ContainersReady, where Ready has another one. */
  readonly containersReadyAt = new Map<PodRow, number>();
  /** Finalizers, but that of their Job, of the few pods that have any. */
  readonly finalizers = new Map<PodRow, readonly string[]>();
  /** Those whose condition DisruptionTarget has the reason EvictionByEvictionAPI. */
  readonly evicted = new Set<PodRow>();
  /** Those whose kubelet removes all containers to start them again: condition AllContainersRestarting. */
  readonly restartingAll = new Set<PodRow>();
  readonly #free: PodRow[] = [];

  /** Whether a finalizer keeps it when its deletion is done otherwise. */
  isKept(row: PodRow): boolean {
    return (this.state[row] & PodBit.Tracked) !== 0 || (this.finalizers.size > 0 && this.finalizers.has(row));
  }

  /** A row for a new pod; its columns are reset, `alive` set and the epoch raised. */
  allocate(): PodRow {
    let row = this.#free.pop();
    if (row === undefined) {
      if (this.length === this.capacity) this.#grow();
      row = this.length as PodRow;
      this.length += 1;
    }
    this.count += 1;
    this.alive[row] = 1;
    this.epoch[row] += 1;
    this.podClass[row] = -1;
    this.node[row] = -1;
    this.pinned[row] = -1;
    this.state[row] = 0;
    this.owner[row] = -1;
    this.identity[row] = -1;
    this.restarts[row] = 0;
    this.firstContainer[row] = -1;
    this.createdAt[row] = -1;
    this.scheduledAt[row] = -1;
    this.startedAt[row] = -1;
    this.runningAt[row] = -1;
    this.readyAt[row] = -1;
    this.deletedAt[row] = -1;
    this.graceUs[row] = 0;
    this.version[row] = 0;
    this.reason[row] = 0;
    if (this.messages.size > 0) this.messages.delete(row);
    return row;
  }

  /**
   * A row for a pod that its kubelet has and the API server does not: a static pod, of which `appear` makes a mirror. The row stays the
   * static pod's, whatever becomes of its mirrors; all of these have its epoch.
   */
  allocateStatic(): PodRow {
    const row = this.allocate();
    this.alive[row] = 0;
    this.count -= 1;
    this.held.add(row);
    return row;
  }

  /** The API server has a mirror of the static pod in the row. */
  appear(row: PodRow): void {
    this.count += 1;
    this.alive[row] = 1;
    this.firstClass.delete(row);
    this.firstOwner.delete(row);
    this.state[row] = 0;
    this.restarts[row] = 0;
    this.startedAt[row] = -1;
    this.runningAt[row] = -1;
    this.readyAt[row] = -1;
    this.deletedAt[row] = -1;
    this.graceUs[row] = 0;
    this.reason[row] = 0;
    this.messages.delete(row);
  }

  /** Somebody has adopted the pod, or let it go. */
  changeOwner(row: PodRow, owner: ObjectRow): void {
    if (!this.firstOwner.has(row)) this.firstOwner.set(row, this.owner[row]);
    this.owner[row] = owner;
  }

  /** The pod is gone from the API server. The row keeps its cells until `release`. */
  remove(row: PodRow): void {
    this.alive[row] = 0;
    this.count -= 1;
    this.nominated.delete(row);
    this.evicted.delete(row);
    if (this.finalizers.size > 0) this.finalizers.delete(row);
    if (this.pendingResizes.size > 0) this.pendingResizes.delete(row);
    if (this.restartingAll.size > 0) this.restartingAll.delete(row);
    if (this.conditions.size > 0) this.conditions.delete(row);
    if (this.containersReadyAt.size > 0) this.containersReadyAt.delete(row);
  }

  /** Nobody can refer to the removed pod any more: the row may be used again. */
  release(row: PodRow): void {
    // A static pod has another mirror by now.
    if (this.alive[row] === 1) return;
    if (this.held.size > 0 && this.held.has(row)) this.#freedWhileHeld.add(row);
    else this.#setFree(row);
  }

  /** Nothing of the removed pod runs any more. */
  letGo(row: PodRow): void {
    this.held.delete(row);
    if (this.#freedWhileHeld.delete(row)) this.#setFree(row);
  }

  #setFree(row: PodRow): void {
    if (this.ofJobs.size > 0) this.ofJobs.delete(row);
    if (this.firstClass.size > 0) this.firstClass.delete(row);
    if (this.firstOwner.size > 0) this.firstOwner.delete(row);
    this.#free.push(row);
  }

  #grow(): void {
    const capacity = nextCapacity(this.capacity, 'pods');
    this.alive = grown(this.alive, capacity);
    this.epoch = grown(this.epoch, capacity);
    this.podClass = grown(this.podClass, capacity);
    this.node = grown(this.node, capacity);
    this.pinned = grown(this.pinned, capacity);
    this.state = grown(this.state, capacity);
    this.owner = grown(this.owner, capacity);
    this.identity = grown(this.identity, capacity);
    this.restarts = grown(this.restarts, capacity);
    this.firstContainer = grown(this.firstContainer, capacity);
    this.createdAt = grown(this.createdAt, capacity);
    this.scheduledAt = grown(this.scheduledAt, capacity);
    this.startedAt = grown(this.startedAt, capacity);
    this.runningAt = grown(this.runningAt, capacity);
    this.readyAt = grown(this.readyAt, capacity);
    this.deletedAt = grown(this.deletedAt, capacity);
    this.graceUs = grown(this.graceUs, capacity);
    this.version = grown(this.version, capacity);
    this.reason = grown(this.reason, capacity);
    this.capacity = capacity;
  }
}
