// What is in use on simulated nodes: memory by the processes that run, disk by images, writable layers, logs and emptyDir volumes.
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import type { NodeSignal } from '../model/settings/kubelet.ts';
import { amountAt } from '../model/settings/usage.ts';
import type { Processes } from '../model/ports/processes.ts';
import type { ContainerRow, NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { localLimits, NO_LIMITS } from './eviction/local-limits.ts';
import type { ContainerPart, NodeStats } from './eviction/node-stats.ts';
import { thresholdBytes } from './eviction/thresholds.ts';
import type { Images } from './images/images.ts';
import type { NodePods } from './node-pods.ts';
import type { SimulatedProcessTroubles } from './process-troubles.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';
import type { KubeletSettings } from './settings.ts';

export class SimulatedStats implements NodeStats {
  readonly separateImages: boolean;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #pods: NodePods;
  readonly #settings: KubeletSettings;
  readonly #processes: Processes;
  readonly #images: Images;
  readonly #troubles: SimulatedProcessTroubles | undefined;
  /** By node: what something else has written to its disk. */
  readonly #filled = new Map<NodeRow, number>();
  /** By node: what the processes of its pods could hold at most. */
  #memoryPeaks = new Float64Array(0);
  /** By node: what they may hold before it is short of memory, 0 until that is asked. */
  #memoryRooms = new Float64Array(0);
  /** Pods whose containers have been deleted, layers and logs with them. */
  readonly #deleted = new Set<PodRow>();

  constructor(
    engine: Engine,
    state: ClusterState,
    runtimes: PodRuntimes,
    pods: NodePods,
    settings: KubeletSettings,
    processes: Processes,
    images: Images,
    troubles: SimulatedProcessTroubles | undefined,
  ) {
    this.#troubles = troubles;
    this.#engine = engine;
    this.#state = state;
    this.#runtimes = runtimes;
    this.#pods = pods;
    this.#settings = settings;
    this.#processes = processes;
    this.#images = images;
    this.separateImages = settings.disk.imageFileSystemBytes !== undefined;
  }

  /** The pod was admitted (1) or its containers have ended (-1). Returns whether the node needs another look. */
  counted(pod: PodRow, node: NodeRow, sign: 1 | -1): boolean {
    const { peakMemoryBytes, peakDiskBytes } = this.#runtimes.planOf(pod);
    if (node >= this.#memoryPeaks.length) this.#memoryPeaks = grown(this.#memoryPeaks, this.#state.nodes.capacity);
    this.#memoryPeaks[node] += sign * peakMemoryBytes;
    return sign > 0 && (peakDiskBytes > 0 || this.#memoryMayFill(node));
  }

  /** Containers that nobody needs any more are deleted. */
  deleteContainers(node: NodeRow): void {
    for (let pod = this.#pods.first(node); pod >= 0; pod = this.#pods.next(pod)) {
      if (this.#runtimes.work[pod] === Work.Ended) this.#deleted.add(pod);
    }
  }

  /** The row has another pod. */
  forget(pod: PodRow): void {
    if (this.#deleted.size > 0) this.#deleted.delete(pod);
  }

  /** Whether a container of the pod is on the node, running or not. */
  hasContainer(pod: PodRow, row: number): boolean {
    return this.#runtimes.runs[row]?.isRemoved === false && !this.#deleted.has(pod);
  }

  containerBytes(part: ContainerPart, pod: PodRow, index: number): number {
    const row = (this.#state.pods.firstContainer[pod] + index) as ContainerRow;
    const run = this.#runtimes.runs[row];
    if (run === undefined || run.startedAt < 0) return 0;
    const { processOf, containers } = this.#runtimes.planOf(pod);
    const { usage } = containers[index];
    if (part === 'memory') {
      if (!run.running) return 0;
      const process = usage.memoryPerRequestBytes === 0 ? -1 : processOf[index];
      const held = process < 0 ? 0 : this.#processes.held(pod, process);
      const leaked = this.#troubles?.leakedBytes(row) ?? 0;
      return Math.round(
        amountAt(usage.memoryBytes, this.#engine.now - run.startedAt) + held * usage.memoryPerRequestBytes + leaked,
      );
    }
    if (this.#deleted.has(pod)) return 0;
    const sinceUs = (run.running ? this.#engine.now : run.finishedAt) - run.startedAt;
    if (part === 'layer') return Math.round(amountAt(usage.layerBytes, sinceUs));
    return Math.round(Math.min(this.#settings.disk.logBytes, amountAt(usage.logBytes, sinceUs)));
  }

  /** What was written stays when a container starts again, and goes with the pod. */
  volumeBytes(pod: PodRow, volume: string): number {
    const startedUs = this.#state.pods.startedAt[pod];
    if (startedUs < 0 || this.#runtimes.work[pod] === Work.Ended) return 0;
    let bytes = 0;
    for (const { usage } of this.#runtimes.planOf(pod).containers) {
      const curve = usage.volumeBytes.get(volume);
      if (curve !== undefined) bytes += amountAt(curve, this.#engine.now - startedUs);
    }
    return Math.round(bytes);
  }

  capacityBytes(signal: NodeSignal, node: NodeRow): number {
    const { capacity } = this.#state.nodes.spec[node];
    if (signal === 'memory') return capacity.memory ?? 0;
    if (signal === 'imagefs' && this.#settings.disk.imageFileSystemBytes !== undefined)
      return this.#settings.disk.imageFileSystemBytes;
    // Of a node that does not say how large its disk is nobody knows.
    const bytes = capacity['ephemeral-storage'] ?? 0;
    return bytes === 0 ? Infinity : bytes;
  }

  /** Of memory, what is reserved on a node is taken to be in use. */
  availableBytes(signal: NodeSignal, node: NodeRow): number {
    const { allocatable, capacity } = this.#state.nodes.spec[node];
    if (signal === 'memory')
      return left(Math.min(allocatable.memory ?? 0, capacity.memory ?? 0), this.#sum(node, 'memory'));
    const size = this.capacityBytes(signal, node);
    const images = this.imageBytes(node) + this.#sum(node, 'layer');
    if (this.separateImages && signal === 'imagefs') return left(size, images);
    const others =
      this.#settings.disk.systemBytes + (this.#filled.get(node) ?? 0) + this.#sum(node, 'logs') + this.#volumes(node);
    return left(size, this.separateImages ? others : others + images);
  }

  imageBytes(node: NodeRow): number {
    return this.#images.bytesOn(node) * this.#settings.disk.unpackedFactor;
  }

  fillDisk(node: NodeRow, bytes: number): () => void {
    this.#filled.set(node, (this.#filled.get(node) ?? 0) + bytes);
    return () => {
      const rest = (this.#filled.get(node) ?? 0) - bytes;
      if (rest > 0) this.#filled.set(node, rest);
      else this.#filled.delete(node);
    };
  }

  mayFill(node: NodeRow): boolean {
    if (this.#filled.has(node) || this.#troubles?.anyLeaks === true) return true;
    return this.#memoryMayFill(node) || this.mayUse(node, this.#leastShare(node)) || this.#mayBreakLimits(node);
  }

  /** Whether images and pods, as they are, could use such a part of a file system. */
  mayUse(node: NodeRow, share: number): boolean {
    const capacity = Math.min(this.capacityBytes('nodefs', node), this.capacityBytes('imagefs', node));
    if (capacity === Infinity) return false;
    let pods = 0;
    for (let pod = this.#pods.first(node); pod >= 0; pod = this.#pods.next(pod))
      pods += this.#runtimes.planOf(pod).peakDiskBytes;
    const bytes = this.imageBytes(node) + pods + this.#settings.disk.systemBytes + (this.#filled.get(node) ?? 0);
    return bytes >= share * capacity;
  }

  /** The part of a disk whose use first leads to an eviction. */
  #leastShare(node: NodeRow): number {
    let least = Infinity;
    for (const threshold of this.#settings.eviction.thresholds) {
      if (threshold.signal === 'memory') continue;
      const capacity = this.capacityBytes(threshold.signal, node);
      if (capacity < Infinity) least = Math.min(least, 1 - thresholdBytes(threshold, capacity) / capacity);
    }
    return least;
  }

  /** Another machine may have the node's name. */
  forgetRoom(node: NodeRow): void {
    if (node < this.#memoryRooms.length) this.#memoryRooms[node] = 0;
  }

  #memoryMayFill(node: NodeRow): boolean {
    if (node >= this.#memoryPeaks.length) return this.#memoryRoom(node) < 0;
    if (node >= this.#memoryRooms.length) this.#memoryRooms = grown(this.#memoryRooms, this.#state.nodes.capacity);
    let room = this.#memoryRooms[node];
    if (room === 0) {
      room = this.#memoryRoom(node);
      this.#memoryRooms[node] = room;
    }
    return this.#memoryPeaks[node] > room;
  }

  #memoryRoom(node: NodeRow): number {
    const { allocatable, capacity } = this.#state.nodes.spec[node];
    let room = Math.min(allocatable.memory ?? 0, capacity.memory ?? 0);
    const whole = room;
    for (const threshold of this.#settings.eviction.thresholds) {
      if (threshold.signal === 'memory') room = Math.min(room, whole - thresholdBytes(threshold, capacity.memory ?? 0));
    }
    return room;
  }

  #mayBreakLimits(node: NodeRow): boolean {
    if (!this.#runtimes.anyWritesDisk) return false;
    for (let pod = this.#pods.first(node); pod >= 0; pod = this.#pods.next(pod))
      if (this.#mayBreakLimit(pod)) return true;
    return false;
  }

  #mayBreakLimit(pod: PodRow): boolean {
    if (this.#runtimes.planOf(pod).peakDiskBytes === 0 || this.#runtimes.work[pod] > Work.Sync) return false;
    return localLimits(this.#runtimes.classOf(pod)) !== NO_LIMITS;
  }

  #sum(node: NodeRow, part: ContainerPart): number {
    let bytes = 0;
    for (let pod = this.#pods.first(node); pod >= 0; pod = this.#pods.next(pod)) {
      const { containers } = this.#runtimes.planOf(pod);
      for (let index = 0; index < containers.length; index += 1) bytes += this.containerBytes(part, pod, index);
    }
    return bytes;
  }

  #volumes(node: NodeRow): number {
    let bytes = 0;
    for (let pod = this.#pods.first(node); pod >= 0; pod = this.#pods.next(pod)) {
      if (this.#runtimes.planOf(pod).peakDiskBytes === 0) continue;
      for (const { name, emptyDir } of this.#runtimes.classOf(pod).spec.volumes ?? [])
        if (emptyDir !== undefined && (emptyDir.medium ?? '') === '') bytes += this.volumeBytes(pod, name);
    }
    return bytes;
  }
}

function left(size: number, used: number): number {
  return Math.max(0, size - used);
}
