// Ports: what faults may do to machines, containers, processes, packets and clouds.
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { NodeRow, PodRow } from '../rows.ts';

/** What faults may do to machines and containers. The kubelet implements it. */
export interface Machinery {
  crashNode(node: NodeRow): void;
  /** The machine is gone for good: it does not boot again, whoever lets go of it. */
  scrapNode(node: NodeRow): void;
  /** The machine boots again: kubelet first, then its pods as the API server still has them. */
  recoverNode(node: NodeRow): void;
  /** The operating system shuts the machine down: its kubelet may delay that to end its pods. `then` is called when the machine is off. */
  shutDownNode(node: NodeRow, then: () => void): void;
  /** The kubelet's process stops: no heartbeat, no status, no work on pods. What runs in containers runs on. */
  stopKubelet(node: NodeRow): void;
  /** The kubelet is back: a heartbeat and its status first, then the work that fell due meanwhile. */
  startKubelet(node: NodeRow): void;
  /** Nothing that the kubelet and the API server send reaches the other. The kubelet runs on by itself. */
  cutOff(node: NodeRow): void;
  /** Packets pass again: the kubelet reaches the API server with one of its next tries. */
  reconnect(node: NodeRow): void;
  /** Ends the process of a container, by its index as in `Processes`, with an exit code. */
  crashContainer(pod: PodRow, epoch: number, container: number, exitCode: number): void;
}

/** What faults may do to processes, by the index of their container as in `Processes`. The kubelet and the traffic part implement it. */
export interface ProcessTroubles {
  /** The current process does nothing any more: it answers nobody, no probe, and no SIGTERM. */
  hang(pod: PodRow, epoch: number, container: number): () => void;
  /** Each process of the container exits so long after its start, the current one after now. */
  crashLoop(pod: PodRow, epoch: number, container: number, afterUs: number, exitCode: number): () => void;
  /** Each process of the container holds more memory from second to second, from its start or from now on. */
  leak(pod: PodRow, epoch: number, container: number, bytesPerSecond: number): () => void;
}

/** Work that begins takes so many times as long. The compute part implements it. */
export interface Slowness {
  slowPod(pod: PodRow, epoch: number, factor: number): () => void;
  slowNode(node: NodeRow, factor: number): () => void;
}

/** What faults may do to the disks of machines and the pulls of images there. The kubelet implements it. */
export interface NodeTroubles {
  /** Something else has written so much to the node's disk. */
  fillDisk(node: NodeRow, bytes: number): () => void;
  /** Pulls that match and begin now fail with the error, or take so many times as long. */
  troublePulls(matches: (image: string, node: NodeRow) => boolean, error: string, factor: number): () => void;
}

/** Where packets come from or go to. */
export interface Side {
  readonly includes: (node: NodeRow) => boolean;
  /** Also clients and systems outside the cluster. */
  readonly outside: boolean;
  /** Machines of the control plane by name; none where it is left out. */
  readonly masters?: ((machine: string) => boolean) | undefined;
}

/** What happens to packets on their way from one side to the other. */
export interface LinkTrouble {
  readonly from: Side;
  readonly to: Side;
  /** Probability that a packet is lost, 0 to 1. TCP sends it again; at 1 nothing comes through. */
  readonly loss: number;
  /** What it takes longer; undefined: nothing. */
  readonly delay: DistributionSpec | undefined;
  /** Of messages whose sizes are known: how fast they are sent at most. Undefined: as fast as before. */
  readonly bytesPerSecond?: number | undefined;
}

/** What faults may do to the network, which implements it. What each method gives ends what it began. */
export interface NetworkTroubles {
  disturb(trouble: LinkTrouble): () => void;
  /** The table of connections of a node is full: packets of new ones, from there or to there, are dropped. */
  fillConntrack(node: NodeRow): () => void;
  /** Names of Services are resolved late for callers in the cluster, or not at all (`delay` undefined). */
  slowNames(delay: DistributionSpec | undefined): () => void;
}

/** What faults may do to admission webhooks, by their names. */
export interface WebhookTroubles {
  /** Of the configurations that the input has. */
  readonly names: readonly string[];
  /** Calls that begin now are refused, or have no answer; of all webhooks where no name is given. */
  silence(name: string | undefined, refuses: boolean): () => void;
}

/** The provider refuses calls. */
export interface CloudTroubles {
  throttle(): () => void;
}
