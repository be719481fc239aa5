// What machines have for the CPU of containers, as far as pods compete for it.
import type { PodRow } from '../rows.ts';

/** The processors of a node. */
export interface MachineCpus {
  readonly capacityMilli: number;
  readonly allocatableMilli: number;
  /** Work takes 1 / speed times as long. */
  readonly speed: number;
  /** CPUs that system daemons use all the time. */
  readonly systemCpus: number;
  /** Whether containers of Guaranteed pods with whole CPUs have these for themselves. */
  readonly staticCpuManager: boolean;
}

/** A container; -1 and no name: all of a pod together that have no limit of their own. */
export interface ContainerRef {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly container: number;
  readonly name: string;
}
