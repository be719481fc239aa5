// Work that ends: what a process has to do before it exits by itself.
import type { DistributionSpec } from '../../lib/distribution.ts';

export interface WorkSpec {
  /** On a node of speed 1. */
  readonly length: DistributionSpec;
  /** The length is divided by the speed of the node, which its label says. */
  readonly scales: boolean;
  /** Progress is saved so often, µs; 0 for never. Whoever takes the work up again goes on from there. */
  readonly checkpointUs: number;
  /** How long the work rests each time until it is saved. */
  readonly savingUs: number;
  readonly failure: { readonly probability: number; readonly exitCode: number } | undefined;
}
