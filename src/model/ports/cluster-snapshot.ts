// Ports: a picture of the cluster in which nodes and pods are tried out by the scheduler's filters.
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../interner.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow } from '../rows.ts';

/** A node as it is put into a snapshot: one of the cluster, or one that might come. */
export interface SnapshotNode {
  /** The cluster's row, -1 for a node that might come. */
  readonly row: NodeRow;
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  /** cpu in milli, the rest in base units. */
  readonly allocatable: Readonly<Record<string, number>>;
}

/** A pod as it is put into a snapshot: one of the cluster, or one that might come. */
export interface SnapshotPod {
  /** The cluster's row, -1 for a pod that might come. */
  readonly row: PodRow;
  readonly epoch: number;
  readonly podClass: ClassRow;
  /** Row of the controlling object, -1 for none. */
  readonly owner: ObjectRow;
  readonly terminating: boolean;
  /** One that would take the place of the pod of that row, which may be in the snapshot as well. */
  readonly successor?: boolean;
}

/**
 * A picture of the cluster of somebody's own, in which nodes and pods are tried out: the scheduler's filters say which pod fits where. The
 * scheduler implements it. Nodes and pods have the rows that `addNode` and `addPod` gave them, until `clear` or `restart`.
 */
export interface ClusterSnapshot {
  /** Nothing is in it any more. */
  clear(): void;
  /** Only nodes and pods of the cluster are in it: those that might come from now on have rows behind the cluster's present ones. */
  restart(): void;
  addNode(node: SnapshotNode): NodeRow;
  /** Its pods have been removed before. */
  removeNode(node: NodeRow): void;
  addPod(pod: SnapshotPod, node: NodeRow): PodRow;
  removePod(pod: PodRow): void;
  /** Whether a pod that is on no node passes the filters on a node. Where it does not, `reasons` says why not. */
  fits(pod: SnapshotPod, node: NodeRow): boolean;
  readonly reasons: readonly string[];
  /** The first node of the list, from position `from` on and round to it, on which the pod passes the filters: its position, or -1. */
  findFit(pod: SnapshotPod, nodes: readonly NodeRow[], from: number, accepts: (node: NodeRow) => boolean): number;
}
