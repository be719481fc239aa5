// What a row of workloads.csv says of one workload, and how it is read from an object of its kind.
import type { KubeObject } from '../../model/object-store.ts';

/** Pods (of a kind that has none: what it counts instead); null where the kind has no such number. */
export interface WorkloadSample {
  readonly desired: number | null;
  readonly current: number | null;
  readonly ready: number | null;
  readonly updated: number | null;
  readonly available: number | null;
}

/** One for each kind that has rows; every kind has one file here. */
export interface WorkloadReader {
  readonly kind: string;
  /** Undefined for an object that has no row of its own: it is part of another workload. */
  read(object: KubeObject): WorkloadSample | undefined;
}
