// What runs the nodes, as the world wires it: the simulated kubelets, or others in their place.
import type { Leases } from '../model/ports/leases.ts';
import type { Machinery, NodeTroubles, ProcessTroubles } from '../model/ports/troubles.ts';
import type { PodExits } from '../model/ports/processes.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { NodeLevel } from './eviction/levels.ts';
import type { FoundContainer, FoundStatus } from './found-pods.ts';
import type { NodePods } from './node-pods.ts';
import type { StaticPodManifest } from './static-pods.ts';
import type { WorkProgress } from './work-progress.ts';

export interface NodeAgents extends PodExits, Machinery, NodeTroubles {
  /** What faults do to processes; absent where these are not simulated. */
  readonly troubles?: ProcessTroubles | undefined;
  /** What the process of a container holds because it leaks, by its index as in `Processes`. */
  leakedBytes?(pod: PodRow, container: number): number;
  /** How far the process of a container is with its work; absent where that is not simulated. */
  progress?(pod: PodRow, container: number): ReturnType<WorkProgress['progress']>;
  /** What nodes have left that their pods could fill; absent where that is not simulated. */
  levels?(): Iterable<NodeLevel>;
  /** A container that waits for its back-off is started at once. */
  forgetBackOff?(pod: PodRow, epoch: number, container: number): void;
  /** The file of a static pod is written on nodes, or removed; absent where that is not simulated. */
  changeStaticPod?(manifest: StaticPodManifest): void;
  /** A pod that has just been put on its node has run there since before the simulation began; absent where that is not simulated. */
  findPod?(pod: PodRow, containers: ReadonlyMap<string, FoundContainer>): FoundStatus;
  /** The node has had the image since then. */
  findImage?(image: string, node: NodeRow): void;
  readonly leases: Leases;
  /** Which pods each node has, and how much of it they take. */
  readonly admitted: NodePods;
  /** Called when nothing passes between a node and the API server any more, and when the node hears of it again. */
  contactChanged?: (node: NodeRow, reached: boolean) => void;
}
