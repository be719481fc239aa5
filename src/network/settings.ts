// What the network part is told: links, kube-proxies, and which Service has which balancer. Times in microseconds.
import type { DistributionSpec } from '../lib/distribution.ts';

/** A member of the family of balancers with its arguments as written. */
export interface BalancerUse {
  readonly name: string;
  readonly args: unknown;
}

export interface NetworkSettings {
  /** One way. */
  readonly links: {
    readonly sameNode: DistributionSpec;
    readonly sameZone: DistributionSpec;
    readonly otherZone: DistributionSpec;
    readonly otherRegion: DistributionSpec;
    /** From a client outside to the edge of the cluster and the pod behind it. */
    readonly client: DistributionSpec;
  };
  readonly kubeProxy: {
    readonly minSyncPeriodUs: number;
    readonly syncFixedUs: number;
    /** With a fraction. */
    readonly syncPerEndpointUs: number;
  };
  /** From the commit of an EndpointSlice until one kube-proxy sees it. */
  readonly watchDelivery: DistributionSpec;
  /** Of Services that `balancers` does not name. */
  readonly balancer: BalancerUse;
  readonly balancers: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly balancer: BalancerUse;
  }[];
}
