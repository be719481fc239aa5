// What happens on every node: delays of the kubelet, image pulls, restarts. Times in integer microseconds, sizes in bytes.
import type { DistributionSpec } from '../../lib/distribution.ts';

export interface Kubelet {
  /** From seeing a new pod until its sandbox and network are ready. */
  readonly sandbox: DistributionSpec;
  /** Creating and starting a container whose image has been pulled. */
  readonly containerStart: DistributionSpec;
  readonly imagePull: {
    /** Bytes per second and node; Infinity: at once. */
    readonly bandwidth: number;
    readonly roundTripUs: number;
    /** Pulls at a time on a node; the others wait. */
    readonly maxParallel: number;
  };
  /** Images that every node has at the start; `*` is all of them. */
  readonly cachedImages: readonly string[];
  readonly leaseRenewIntervalUs: number;
  /** How often the kubelet asks its runtime what has exited (PLEG); 0: it knows at once. */
  readonly relistPeriodUs: number;
  readonly crashLoopBackOff: { readonly initialUs: number; readonly maxUs: number };
}
