// What the autoscaler lists at the beginning of a loop: nodes and pods as its watch knows them, with what it asks of them.
import type { Labels } from '../../model/interner.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { SnapshotNode } from '../../model/ports/cluster-snapshot.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

export interface ListedNode extends SnapshotNode {
  readonly annotations: Labels;
  /** cpu in milli, the rest in base units. */
  readonly capacity: Readonly<Record<string, number>>;
  /** Condition Ready is True. */
  readonly ready: boolean;
  /** lastTransitionTime of Ready, µs. */
  readonly readySinceUs: number;
  readonly createdUs: number;
}

/** The controlling owner of a pod. */
export interface ControllerReference {
  readonly kind: string;
  readonly name: string;
}

export interface ListedPod {
  /** The cluster's row and epoch, -1 for a pod that might come. */
  readonly row: PodRow;
  readonly epoch: number;
  /** It would take the place of the pod of that row. */
  readonly successor: boolean;
  readonly podClass: PodClass;
  readonly name: string;
  /** Row of the controlling object, -1 where the cluster has none. */
  readonly owner: ObjectRow;
  readonly controller: ControllerReference | undefined;
  readonly createdUs: number;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** metadata.deletionTimestamp, µs; undefined while nobody has deleted it. */
  readonly deletionUs: number | undefined;
  /** The node that it is bound to, -1 for none. */
  readonly node: NodeRow;
}

export interface ListedBudget {
  readonly namespace: string;
  readonly disruptionsAllowed: number;
  selects(podClass: PodClass): boolean;
}

/** One look at the cluster. */
export interface Listing {
  readonly nodes: readonly ListedNode[];
  /** Pods that the scheduler found no node for. */
  readonly unschedulable: readonly ListedPod[];
  readonly budgets: readonly ListedBudget[];
  /** Pods of DaemonSets that a node would get as soon as it is there, if they fit. */
  readonly daemonSetPods: readonly ListedPod[];
  /** Pods that are bound to a node and have not ended, in the order of their creation. The same list while all of them are the same. */
  podsOn(node: NodeRow): readonly ListedPod[];
  /** spec.replicas of a pod's controller (undefined for a kind without), or that it does not exist. */
  controller(namespace: string, reference: ControllerReference): { readonly replicas: number | undefined } | 'missing';
}
