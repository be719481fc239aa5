// Links, kube-proxies, and which Service has which balancer. Times in integer microseconds unless said otherwise.
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { FamilyUse } from './family-use.ts';
import type { RoutePolicies } from './traffic.ts';

/** What the network plugin does with a connection that NetworkPolicies forbid, or that it knows no NetworkPolicies. */
export const forbiddenNames = ['drop', 'reject', 'ignore'] as const;
export type ForbiddenName = (typeof forbiddenNames)[number];

export interface NetworkSpec {
  readonly networkPolicies: ForbiddenName;
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
    /** Fractional. */
    readonly syncPerEndpointUs: number;
    readonly syncPerServiceUs: number;
  };
  /** How load balancers outside (Services of type LoadBalancer) find out which nodes may get connections. */
  readonly loadBalancer: {
    readonly checkPeriodUs: number;
    /** Answers in a row that make a node unhealthy, and healthy again. */
    readonly unhealthyThreshold: number;
    readonly healthyThreshold: number;
    /** Whether each of its nodes, one in a zone, leads to the nodes of all zones, or to those of its own. */
    readonly crossZone: boolean;
    /** How long open connections by a node go on that is no target any more, or that is unhealthy; Infinity: until they end. */
    readonly deregistrationDelayUs: number;
    readonly unhealthyDelayUs: number;
  };
  /** Of Services that `balancers` does not name. */
  readonly balancer: FamilyUse;
  readonly balancers: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly balancer: FamilyUse;
  }[];
  readonly policies: readonly RoutePolicies[];
  /** What a caller without a timeout waits for a silent destination. */
  readonly timeoutWithoutLimitUs: number;
}
