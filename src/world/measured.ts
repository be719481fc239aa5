// What a measurement is given: readings of other components, and settings of the run.
import type { CostSettings } from './costs/cost-settings.ts';

/** The lengths of the scheduler's queues. */
export interface QueueLengths {
  readonly active: number;
  readonly backoff: number;
  readonly unschedulable: number;
}

/** The use of GPUs; undefined when no scheduler plugin looks after them. */
export interface GpuShares {
  readonly allocated: number | null;
  readonly fragmented: number | null;
}

export interface MeasureSettings extends CostSettings {
  readonly warmupUs: number;
  readonly intervalUs: number;
  /** How long the scenario is, where the run has no end (Scenario.plannedUs). */
  readonly plannedUs?: number;
  readonly countsByRevision: boolean;
}
