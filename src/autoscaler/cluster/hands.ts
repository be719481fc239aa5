// What the autoscaler does to the cluster, and what it asks of it: implemented over the API server in the simulation.
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { Wait } from '../../engine/script.ts';
import type { ListedNode, ListedPod, Listing } from './listed.ts';

/** Takes time: the part of a script that waits for an answer. */
export type Steps<T = void> = Generator<Wait, T, unknown>;

export type EventType = 'Normal' | 'Warning';

export interface Hands {
  /** What the watches have brought so far. */
  list(): Listing;
  /** False when the node could not be written. */
  changeTaints(node: ListedNode, change: (taints: readonly Taint[]) => readonly Taint[]): Steps<boolean>;
  /** False: not now, a budget forbids it. A pod that is gone counts as evicted. */
  evict(pod: ListedPod, graceUs: number): Steps<boolean>;
  isOnNode(pod: ListedPod, node: ListedNode): Steps<boolean>;
  podEvent(type: EventType, reason: string, message: string, pod: ListedPod): void;
  nodeEvent(type: EventType, reason: string, message: string, node: ListedNode): void;
  /** About the autoscaler itself: of the ConfigMap with its status. */
  event(type: EventType, reason: string, message: string): void;
  /** `data.priorities` of the ConfigMap of the priority expander. */
  priorities(): string | undefined;
}
