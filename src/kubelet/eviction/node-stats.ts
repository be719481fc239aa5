// What a kubelet measures of its node, of pods and of their volumes: an interface, as golden records bring their own.
import type { NodeSignal } from '../../model/settings/kubelet.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** Memory that a container holds; its writable layer and its logs, on disk. */
export type ContainerPart = 'memory' | 'layer' | 'logs';

/** Bytes in use. */
export interface NodeStats {
  /** Whether images and writable layers have a file system of their own. */
  readonly separateImages: boolean;
  /** By a container, by its index in the pod's containers, init containers first. */
  containerBytes(part: ContainerPart, pod: PodRow, index: number): number;
  /** By an emptyDir volume. */
  volumeBytes(pod: PodRow, volume: string): number;
  availableBytes(signal: NodeSignal, node: NodeRow): number;
  capacityBytes(signal: NodeSignal, node: NodeRow): number;
  /** Whether the pods of the node, as they are, could use so much that something must be done; while not, nobody looks. */
  mayFill(node: NodeRow): boolean;
}
