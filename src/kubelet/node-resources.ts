// Watches over memory and disk of nodes: what is in use, which pods must go, which images are deleted.
import type { Rejection } from './node-admission.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { Processes } from '../model/ports/processes.ts';
import type { ContainerRow, NodeRow, PodRow } from '../model/rows.ts';
import type { Engine } from '../engine/engine.ts';
import type { ClusterState } from '../model/state.ts';
import type { EvictionManager } from './eviction/eviction-manager.ts';
import type { NodeLevel } from './eviction/levels.ts';
import type { NodeStats } from './eviction/node-stats.ts';
import { watchNodes } from './eviction/watch-nodes.ts';
import { ImageCollection } from './images/image-collection.ts';
import type { Images } from './images/images.ts';
import type { NodePods } from './node-pods.ts';
import type { NodeStatuses } from './node-status.ts';
import type { PodEndings } from './pod-endings.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import type { KubeletSettings } from './settings.ts';
import type { SimulatedProcessTroubles } from './process-troubles.ts';
import { SimulatedStats } from './simulated-stats.ts';

export interface ResourceParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly settings: KubeletSettings;
  readonly admitted: NodePods;
  readonly runtimes: PodRuntimes;
  readonly images: Images;
  readonly processes: Processes;
  readonly endings: PodEndings;
  readonly nodeStatuses: NodeStatuses;
  readonly events: PodEvents;
  /** In place of what is simulated. */
  readonly stats: NodeStats | undefined;
  /** What faults have done to processes. */
  readonly troubles: SimulatedProcessTroubles | undefined;
}

export class NodeResources {
  readonly #parts: ResourceParts;
  readonly #stats: SimulatedStats | undefined;
  readonly #eviction: EvictionManager;
  readonly #collection: ImageCollection | undefined;

  constructor(parts: ResourceParts) {
    this.#parts = parts;
    const { engine, state, settings, admitted, runtimes, images, processes } = parts;
    const simulated =
      parts.stats === undefined
        ? new SimulatedStats(engine, state, runtimes, admitted, settings, processes, images, parts.troubles)
        : undefined;
    this.#stats = simulated;
    const stats: NodeStats | undefined = simulated ?? parts.stats;
    this.#eviction = watchNodes({
      ...parts,
      stats: stats as NodeStats,
      reclaim: (signal, node) => {
        // On a file system of their own, images and containers are nothing that fills the other one.
        if (signal === 'nodefs' && stats?.separateImages === true) return;
        this.#stats?.deleteContainers(node);
        this.#collection?.deleteUnused(node);
      },
    });
    if (simulated === undefined) return;
    this.#collection = new ImageCollection({ ...parts, stats: simulated });
    admitted.counted = (pod, node, sign) => {
      if (simulated.counted(pod, node, sign)) this.wake(node);
    };
  }

  /** The kubelet of a node has started. */
  start(node: NodeRow): void {
    this.#stats?.forgetRoom(node);
    this.#eviction.start(node, 0);
    this.#collection?.start(node);
  }

  /** The machine has stopped. */
  stop(node: NodeRow): void {
    this.#eviction.stop(node);
    this.#collection?.stop(node);
  }

  /** The node has pods or images more. */
  wake(node: NodeRow): void {
    this.#eviction.wake(node);
    this.#collection?.wake(node);
  }

  /** What nodes have left that could be filled. */
  levels(): Iterable<NodeLevel> {
    return this.#eviction.levels();
  }

  /** Something else has written so much to the node's disk. */
  fillDisk(node: NodeRow, bytes: number): () => void {
    const end = this.#stats?.fillDisk(node, bytes);
    this.wake(node);
    return () => {
      end?.();
      this.wake(node);
    };
  }

  /** The row has another pod. */
  forget(pod: PodRow): void {
    this.#stats?.forget(pod);
  }

  /** Why a node does not take a pod that it has room for; undefined when it does. */
  refuses(podClass: PodClass, node: NodeRow): Rejection | undefined {
    return this.#eviction.refuses(podClass, node);
  }

  /** The process of a container whose requests hold memory holds one more: whether that is more than it may. */
  isFull(row: ContainerRow, pod: PodRow): boolean {
    const index = row - this.#parts.state.pods.firstContainer[pod];
    const { usage } = this.#parts.runtimes.planOf(pod).containers[index];
    return usage.memoryPerRequestBytes > 0 && this.holdsTooMuch(row, pod);
  }

  /** Whether the process of a container holds more memory than it may. */
  holdsTooMuch(row: ContainerRow, pod: PodRow): boolean {
    if (this.#stats === undefined) return false;
    const index = row - this.#parts.state.pods.firstContainer[pod];
    const { memoryLimitBytes } = this.#parts.runtimes.planOf(pod).containers[index];
    return this.#stats.containerBytes('memory', pod, index) > memoryLimitBytes;
  }
}
