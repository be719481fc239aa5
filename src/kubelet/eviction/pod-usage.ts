// What pods use of what a node is short of, and which have gone beyond their own limits of ephemeral storage.
import type { NodeSignal } from '../../model/settings/kubelet.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { PodRow } from '../../model/rows.ts';
import type { KnownClasses } from '../known-classes.ts';
import { localLimits } from './local-limits.ts';
import type { ContainerPart, NodeStats } from './node-stats.ts';

export class PodUsage {
  readonly #classes: KnownClasses;
  readonly #stats: NodeStats;

  constructor(classes: KnownClasses, stats: NodeStats) {
    this.#classes = classes;
    this.#stats = stats;
  }

  /** What counts for the ranking: with a file system for images apart, only what is on the one that is short. */
  of(pod: PodRow, signal: NodeSignal): number {
    if (signal === 'memory') return this.#sum(pod, 'memory');
    const { separateImages } = this.#stats;
    if (separateImages && signal === 'imagefs') return this.#sum(pod, 'layer');
    const layers = separateImages ? 0 : this.#sum(pod, 'layer');
    return layers + this.#sum(pod, 'logs') + this.#volumes(pod);
  }

  /** Memory, or what the container itself has on disk: its index is in the pod's containers, init containers first. */
  ofContainer(pod: PodRow, index: number, signal: NodeSignal): number {
    if (signal === 'memory') return this.#stats.containerBytes('memory', pod, index);
    return this.#stats.containerBytes('layer', pod, index) + this.#stats.containerBytes('logs', pod, index);
  }

  /** Why a pod is evicted by itself (kubelet's localStorageEviction); undefined when it keeps to its limits. */
  beyondLimit(pod: PodRow): string | undefined {
    const { emptyDirs, total, containers } = localLimits(this.#classOf(pod));
    for (const { name, bytes, text } of emptyDirs) {
      if (this.#stats.volumeBytes(pod, name) > bytes)
        return `Usage of EmptyDir volume "${name}" exceeds the limit "${text}". `;
    }
    if (total !== undefined) {
      const used = this.#sum(pod, 'layer') + this.#sum(pod, 'logs') + this.#volumes(pod);
      if (used > total.bytes)
        return `Pod ephemeral local storage usage exceeds the total limit of containers ${total.text}. `;
    }
    for (const { name, index, bytes, text } of containers) {
      const layer = this.#stats.separateImages ? 0 : this.#stats.containerBytes('layer', pod, index);
      if (layer + this.#stats.containerBytes('logs', pod, index) > bytes)
        return `Container ${name} exceeded its local ephemeral storage limit "${text}". `;
    }
    return undefined;
  }

  #sum(pod: PodRow, part: ContainerPart): number {
    const { initContainers, containers } = this.#classOf(pod).runtime;
    let used = 0;
    for (let index = 0; index < initContainers.length + containers.length; index += 1) {
      used += this.#stats.containerBytes(part, pod, index);
    }
    return used;
  }

  /** Those on disk. */
  #volumes(pod: PodRow): number {
    let used = 0;
    for (const { name, emptyDir } of this.#classOf(pod).spec.volumes ?? []) {
      if (emptyDir !== undefined && (emptyDir.medium ?? '') === '') used += this.#stats.volumeBytes(pod, name);
    }
    return used;
  }

  #classOf(pod: PodRow): PodClass {
    return this.#classes.of(pod);
  }
}
