// What the kubelets of a scenario are like: delays, image pulls, and what images do when they run. Times in µs.
import type { ClientLimits } from '../api/settings.ts';
import type { DistributionSpec } from '../lib/distribution.ts';

export interface KubeletSettings {
  readonly client: ClientLimits;
  /** From seeing a new pod until its sandbox and network are ready. */
  readonly sandbox: DistributionSpec;
  /** Creating and starting a container whose image is present. */
  readonly containerStart: DistributionSpec;
  /** Mounting the volumes of a pod that has claims, once all are attached. */
  readonly mount: DistributionSpec;
  readonly imagePull: {
    /** Bytes per second and node; Infinity: at once. */
    readonly bandwidth: number;
    readonly roundTripUs: number;
    /** One pull at a time on a node. */
    readonly serialize: boolean;
  };
  /** Images that every node has at the start; `*` is all of them. */
  readonly cachedImages: readonly string[];
  readonly leaseRenewIntervalUs: number;
  /** How often the kubelet asks its runtime what has exited (PLEG); 0: it knows at once. */
  readonly relistPeriodUs: number;
  readonly crashLoopBackOff: { readonly initialUs: number; readonly maxUs: number };
}

/** What an image does when it runs, as far as the kubelet sees it. */
export interface ImageBehavior {
  readonly imageSizeBytes: number;
  /** From the start of the process until it listens; an init container ends then. */
  readonly startup: DistributionSpec;
  /** The process exits by itself after this time, each time that it runs. */
  readonly crash: { readonly after: DistributionSpec; readonly exitCode: number } | undefined;
  /** On SIGTERM: true finishes what it holds and then exits, false exits at once. */
  readonly drain: boolean;
}

export type BehaviorOf = (image: string) => ImageBehavior;
