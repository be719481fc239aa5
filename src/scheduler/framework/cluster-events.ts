// Hot dialect: what happens in the cluster that may make a rejected pod schedulable (kube-scheduler's ClusterEvent).
import type { KubeObject } from '../../model/object-store.ts';
import type { ClassRow, NodeRow } from '../../model/rows.ts';

/** Kinds of events as bits: a plugin registers for several at once. */
export const Happening = {
  AssignedPodAdd: 1 << 0,
  AssignedPodLabels: 1 << 1,
  AssignedPodScaleDown: 1 << 2,
  AssignedPodDelete: 1 << 3,
  NodeAdd: 1 << 4,
  NodeAllocatable: 1 << 5,
  NodeLabels: 1 << 6,
  NodeTaints: 1 << 7,
  NodeDelete: 1 << 8,
  /** Changes of the waiting pod itself. */
  PodScaleDown: 1 << 9,
  PodTolerations: 1 << 10,
  PodGatesEliminated: 1 << 11,
  /** Matches whatever a plugin waits for: the flush of pods that have waited for five minutes, forced activation. */
  Wildcard: 1 << 12,
  StorageClassAdd: 1 << 13,
  StorageClassUpdate: 1 << 14,
  ClaimAdd: 1 << 15,
  ClaimUpdate: 1 << 16,
  VolumeAdd: 1 << 17,
  VolumeUpdate: 1 << 18,
  CsiNodeAdd: 1 << 19,
  CsiNodeUpdate: 1 << 20,
  CsiDriverUpdate: 1 << 21,
  StorageCapacityAdd: 1 << 22,
  StorageCapacityUpdate: 1 << 23,
  AttachmentDelete: 1 << 24,
  /** The labels of the waiting pod itself changed. */
  PodLabels: 1 << 25,
} as const;

export const happeningNames: Readonly<Record<number, string>> = {
  [Happening.AssignedPodAdd]: 'AssignedPodAdd',
  [Happening.AssignedPodLabels]: 'AssignedPodUpdatePodLabel',
  [Happening.AssignedPodScaleDown]: 'AssignedPodUpdatePodScaleDown',
  [Happening.AssignedPodDelete]: 'AssignedPodDelete',
  [Happening.NodeAdd]: 'NodeAdd',
  [Happening.NodeAllocatable]: 'NodeUpdateNodeAllocatable',
  [Happening.NodeLabels]: 'NodeUpdateNodeLabel',
  [Happening.NodeTaints]: 'NodeUpdateNodeTaint',
  [Happening.NodeDelete]: 'NodeDelete',
  [Happening.PodScaleDown]: 'UnscheduledPodUpdatePodScaleDown',
  [Happening.PodTolerations]: 'UnscheduledPodUpdatePodToleration',
  [Happening.PodGatesEliminated]: 'UnscheduledPodUpdatePodSchedulingGatesEliminated',
  [Happening.Wildcard]: 'UnschedulableTimeout',
  [Happening.StorageClassAdd]: 'StorageClassAdd',
  [Happening.StorageClassUpdate]: 'StorageClassUpdate',
  [Happening.ClaimAdd]: 'PersistentVolumeClaimAdd',
  [Happening.ClaimUpdate]: 'PersistentVolumeClaimUpdate',
  [Happening.VolumeAdd]: 'PersistentVolumeAdd',
  [Happening.VolumeUpdate]: 'PersistentVolumeUpdate',
  [Happening.CsiNodeAdd]: 'CSINodeAdd',
  [Happening.CsiNodeUpdate]: 'CSINodeUpdate',
  [Happening.CsiDriverUpdate]: 'CSIDriverUpdate',
  [Happening.StorageCapacityAdd]: 'CSIStorageCapacityAdd',
  [Happening.StorageCapacityUpdate]: 'CSIStorageCapacityUpdate',
  [Happening.AttachmentDelete]: 'VolumeAttachmentDelete',
  [Happening.PodLabels]: 'UnscheduledPodUpdatePodLabel',
};

/** One event, in ints, or with the object that it is about. What it does not speak of is -1. A node's `old…` are what they were before; -1 for a new node. */
export class ClusterEvent {
  kind = 0;
  node: NodeRow = -1;
  /** Interned label set, taint set and allocatable of the node now and before. */
  labels = -1;
  oldLabels = -1;
  taints = -1;
  oldTaints = -1;
  allocatable = -1;
  oldAllocatable = -1;
  unschedulable = 0;
  oldUnschedulable = 0;
  /** Class of the other pod now (gone when -1) and before (new when -1). */
  podClass: ClassRow = -1;
  oldPodClass: ClassRow = -1;
  /** The stored object now (undefined once deleted) and before (undefined when new). */
  object: KubeObject | undefined = undefined;
  oldObject: KubeObject | undefined = undefined;

  copy(from: ClusterEvent): void {
    this.kind = from.kind;
    this.node = from.node;
    this.labels = from.labels;
    this.oldLabels = from.oldLabels;
    this.taints = from.taints;
    this.oldTaints = from.oldTaints;
    this.allocatable = from.allocatable;
    this.oldAllocatable = from.oldAllocatable;
    this.unschedulable = from.unschedulable;
    this.oldUnschedulable = from.oldUnschedulable;
    this.podClass = from.podClass;
    this.oldPodClass = from.oldPodClass;
    this.object = from.object;
    this.oldObject = from.oldObject;
  }

  /** True for a node that was not there before. */
  get newNode(): boolean {
    return this.oldLabels < 0;
  }
}
