// Ports: work on the processors of nodes, and what processes use of them and of memory.
import type { ComputeName } from '../settings/traffic.ts';
import type { PodClass } from '../pod-class.ts';
import type { NodeRow, PodRow } from '../rows.ts';

/**
 * Work on the processors of nodes: of requests, or of whatever else uses CPU in a pod. The compute part implements it, and calls back with each
 * item of work that is done. Items are numbered by whoever begins them; a number may be used again after the work is done or lost. Times in µs.
 */
export interface Processors {
  /** A process runs in a container of a pod on a node: from now on there may be work. What an earlier process of that pod worked on is lost. */
  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void;
  /** Work begins that takes `workUs` on a processor of its own, and `cpuUs` of CPU time in all, evenly; -1: as much as it takes. */
  begin(pod: PodRow, work: number, workUs: number, cpuUs: number): void;
  /** Work that has begun rests from now on; what was done is not lost. */
  suspend(work: number): void;
  resume(work: number): void;
  /** The cgroups of the pod have other weights and quotas from now on. */
  resize(pod: PodRow, podClass: PodClass): void;
  /** The process has ended: its work is lost. */
  stop(pod: PodRow): void;
  /** What such work takes, begun now, while nothing else wants the processors and no quota binds. */
  undisturbedUs(pod: PodRow, workUs: number): number;
  /** Time for which work of the pod's present process has rested under its quota so far. */
  throttledUs(pod: PodRow): number;
  /** Processors for one more process of each pod: what these use is counted with the rest. */
  beside(done: (work: number) => void): Processors;
}

/** CPU time used so far, µs: half-done work has used half of its own. The compute part implements it. */
export interface CpuUsage {
  /** Since the pod's first process began. */
  podUs(pod: PodRow, epoch: number): number;
  containerUs(pod: PodRow, epoch: number, container: number): number;
  /** By the current process of a container, as its cgroup counts: 0 when it starts. */
  processUs(pod: PodRow, epoch: number, container: number): number;
  /** By all pods that ever ran there. */
  nodeUs(node: NodeRow): number;
}

/** CPU of requests that are not simulated one by one: of pods that are alike, each the same. The compute part implements it. */
export interface ExpectedWork {
  /** How much each of some pods uses, by number; nothing yet. */
  line(): number;
  /** Each pod that follows the line works on so many processors from now on. */
  bend(line: number, cpus: number): void;
  /** A container of a pod works as the line says from now on, until its process ends or this is said again; -1: it does not. */
  follow(pod: PodRow, epoch: number, node: NodeRow, container: number, line: number): void;
  /** CPU time of the pod's simulated work alone, µs. */
  workUs(pod: PodRow, epoch: number): number;
}

/** The memory that processes hold now, bytes (the working set). */
export interface MemoryUsage {
  containerBytes(pod: PodRow, epoch: number, container: number): number;
}
