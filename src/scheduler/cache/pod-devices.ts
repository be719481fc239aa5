// What the cache tells whoever keeps account of the devices that pods hold.
import type { PodClass } from '../../model/pod-class.ts';

export interface PodDevices {
  setNode(node: number): void;
  removeNode(node: number): void;
  /** A pod is on a node without a reservation here: it has the devices of these bits. */
  adopt(pod: number, podClass: PodClass, node: number, bits: number): void;
  release(pod: number, podClass: PodClass): void;
  /** Bits of the devices that a pod holds. */
  heldBy(pod: number): number;
}
