// A node pool whose number of machines can change: within which limits, how long they take to come, and when none can be had.
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { Steps } from './costs.ts';

/**
 * Machines that are asked for in this time do not come: the request is refused, its machines cannot be made (the provider has none left),
 * or they are made and never become nodes.
 */
export interface ScaleUpFailure {
  readonly kind: 'Refused' | 'OutOfResources' | 'NeverRegisters';
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Machines that the provider may take back. */
export interface SpotSettings {
  /** From when a machine is a node until the notice; undefined: it is never taken back by itself. */
  readonly lifetime: DistributionSpec | undefined;
  /** From the notice until the machine is gone. */
  readonly noticeUs: number;
  /** A node termination handler that drains the node, its kubelet by graceful node shutdown, or nobody. */
  readonly onNotice: 'drain' | 'shutdown' | 'nothing';
  /** Until the node termination handler has seen the notice. */
  readonly reactionUs: number;
  /** Per machine and hour, by zone; absent: the pool's `hourlyCost` at all times. */
  readonly prices?: Steps | undefined;
}

export interface NodeGroupSettings {
  readonly min: number;
  readonly max: number;
  /** From the request until the machine runs. */
  readonly boot: DistributionSpec;
  /** From then until its kubelet has registered the node. */
  readonly register: DistributionSpec;
  readonly failures: readonly ScaleUpFailure[];
}
