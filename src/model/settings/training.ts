// Training: what the processes of a gang do together, step by step, and what becomes of it when one is lost.
import type { DistributionSpec } from '../../lib/distribution.ts';

/** The gradients of a step, summed up over all members by a ring. Rates in bytes per second. */
export interface AllReduceSpec {
  readonly bytes: number;
  readonly sameNode: number;
  readonly sameZone: number;
  readonly otherZone: number;
}

export interface TrainingSpec {
  /** Of a whole gang. One of fewer members does as much less in a step. */
  readonly steps: number;
  /** Of one member, on a node of speed 1. */
  readonly step: DistributionSpec;
  readonly allReduce: AllReduceSpec | undefined;
  readonly checkpoint: { readonly steps: number; readonly takes: DistributionSpec } | undefined;
  /** From the moment in which the members have found each other to their first step. */
  readonly begin: DistributionSpec;
  /** Undefined: as many as the owner of the pods wants. */
  readonly members: { readonly min: number; readonly max: number } | undefined;
  /** How long more members are waited for once there are enough. */
  readonly lastCallUs: number;
  /** How long a member that says nothing is waited for. */
  readonly timeoutUs: number;
  /** What the others exit with when one is lost; undefined: they begin again from the last checkpoint. */
  readonly exitCode: number | undefined;
}
