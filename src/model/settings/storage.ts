// What volumes take: the work of storage drivers, and mounting. Times in integer microseconds.
import type { DistributionSpec } from '../../lib/distribution.ts';

/** What storage drivers take for their work. */
export interface DriverSettings {
  /** Making a volume for a claim, or deleting a released one. */
  readonly provision: DistributionSpec;
  /** Attaching a volume to a node, and detaching it. */
  readonly attach: DistributionSpec;
  readonly detach: DistributionSpec;
  /** How many of these a driver does at once: volumes made or deleted, and attached or detached. */
  readonly provisionWorkers: number;
  readonly attachWorkers: number;
}

export interface Storage extends DriverSettings {
  /** Mounting all volumes of a pod, once they are attached. */
  readonly mount: DistributionSpec;
}
