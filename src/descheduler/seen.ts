// Nodes and pods as the descheduler lists them at the beginning of a look at the cluster.
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { Wait } from '../engine/script.ts';
import type { Labels } from '../model/interner.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { IdentityRow } from '../model/rows.ts';

/** Takes time: the part of a script that waits for an answer. */
export type Steps<T = void> = Generator<Wait, T, unknown>;

/** cpu in milli, everything else in bytes or whole units. */
export type Amounts = Readonly<Record<string, number>>;

export interface SeenNode {
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly allocatable: Amounts;
}

export interface SeenPod {
  /** Of the table of pods, by which events name it. */
  readonly identity: IdentityRow;
  readonly name: string;
  /** Of the node that it is bound to. */
  readonly node: string;
  readonly podClass: PodClass;
  /** The controlling object; undefined for a bare pod. */
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly phase: 'Pending' | 'Running' | 'Failed' | 'Succeeded';
  readonly terminating: boolean;
  readonly createdUs: number;
  /** status.startTime; undefined without one. */
  readonly startedUs: number | undefined;
  readonly restarts: number;
}

/** One look at the cluster. */
export interface Look {
  readonly nowUs: number;
  /** Those that are ready, in the order in which they came. */
  readonly nodes: readonly SeenNode[];
  /** All that are bound and have not ended, in the order in which they came. */
  readonly pods: readonly SeenPod[];
  podsOn(node: string): readonly SeenPod[];
}

/** Of pods: cpu in milli, memory in bytes, `pods` is 1. */
export function requestOf({ podClass: { shape } }: SeenPod, resource: string): number {
  if (resource === 'pods') return 1;
  if (resource === 'cpu') return shape.cpuMilli;
  if (resource === 'memory') return shape.memoryBytes;
  if (resource === 'ephemeral-storage') return shape.ephemeralBytes;
  return shape.extended[resource] ?? 0;
}

export function requestedOn(look: Look, node: string, resource: string): number {
  return look.podsOn(node).reduce((sum, pod) => sum + requestOf(pod, resource), 0);
}

const QOS_RANK = { BestEffort: 0, Burstable: 1, Guaranteed: 2 } as const;

/** Low priorities first; of the same priority best effort, then burstable, then guaranteed ones. */
export function byPriority({ podClass: a }: SeenPod, { podClass: b }: SeenPod): number {
  return a.priority - b.priority || QOS_RANK[a.qos] - QOS_RANK[b.qos];
}
