// What the cache tells whoever keeps account of the devices that pods hold.
import type { PodClass } from '../../model/pod-class.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

export interface PodDevices {
  setNode(node: NodeRow): void;
  removeNode(node: NodeRow): void;
  /** A pod is on a node without a reservation here: it has the devices of these bits. */
  adopt(pod: PodRow, podClass: PodClass, node: NodeRow, bits: number): void;
  release(pod: PodRow, podClass: PodClass): void;
  /** Bits of the devices that a pod holds. */
  heldBy(pod: PodRow): number;
}
