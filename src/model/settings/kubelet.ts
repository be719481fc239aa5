// What happens on every node: delays of the kubelet, image pulls, restarts. Times in integer microseconds, sizes in bytes.
import type { DistributionSpec } from '../../lib/distribution.ts';

/** What a node may run short of: memory, the file system of volumes and logs, that of images and writable layers (the two may be one). */
export type NodeSignal = 'memory' | 'nodefs' | 'imagefs';

/** Pods are evicted while less than `bytes` is left; a soft one must be met for its grace. */
export interface EvictionThreshold {
  readonly signal: NodeSignal;
  readonly bytes: number;
  /** Instead of `bytes`: the part of the capacity, 0 to 1. */
  readonly share?: number | undefined;
  /** 0: at once. */
  readonly graceUs: number;
  /** What must be left beyond the threshold before eviction ends (`evictionMinimumReclaim`). */
  readonly reclaimBytes: number;
}

/** How long pods of a priority and above (up to that of the next group) have to end when their machine shuts down. */
export interface ShutdownGroup {
  readonly priority: number;
  readonly graceUs: number;
}

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
    /** Pulls that a node begins: per second (Infinity: any number) and at once. */
    readonly registry: { readonly qps: number; readonly burst: number };
  };
  /** Without: `none`. */
  readonly cpuManagerPolicy?: 'static';
  /** Images that every node has at the start; `*` is all of them. */
  readonly cachedImages: readonly string[];
  readonly leaseRenewIntervalUs: number;
  /** How often the kubelet asks its runtime what has exited (PLEG); 0: it knows at once. */
  readonly relistPeriodUs: number;
  readonly eviction: {
    readonly thresholds: readonly EvictionThreshold[];
    /** The longest grace of a pod that is evicted by a soft threshold. */
    readonly maxPodGraceUs: number;
    /** How long a node says that it is under pressure after it was last seen. */
    readonly transitionUs: number;
  };
  readonly disk: {
    /** What of a node's disk is taken by what is no pod's and no image. */
    readonly systemBytes: number;
    /** Of a file system for images and writable layers apart; undefined: they are on the one of the node. */
    readonly imageFileSystemBytes: number | undefined;
    /** How much larger an image is on disk than what is pulled. */
    readonly unpackedFactor: number;
    /** The most that is kept of the logs of a container. */
    readonly logBytes: number;
  };
  readonly imageCollection: {
    /** Parts of the capacity, 0 to 1: above which images are deleted, and down to which. */
    readonly highThreshold: number;
    readonly lowThreshold: number;
    readonly minimumAgeUs: number;
    /** 0: they may be of any age. */
    readonly maximumAgeUs: number;
  };
  /** From the lowest priority to the highest; none: machines shut down at once. */
  readonly shutdown: readonly ShutdownGroup[];
  readonly crashLoopBackOff: { readonly initialUs: number; readonly maxUs: number };
}
