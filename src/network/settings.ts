// The settings of the network part, as the scenario gives them.
import type { DistributionSpec } from '../lib/distribution.ts';
import type { ExternalSystems } from '../model/ports/routes.ts';
import type { NetworkSpec } from '../model/settings/network.ts';

/** Hosts outside the cluster, and the latency to each by its zone. */
export interface Outside extends Pick<ExternalSystems, 'find'> {
  readonly latencies: ReadonlyMap<number, DistributionSpec>;
}

export interface NetworkSettings extends Omit<NetworkSpec, 'timeoutWithoutLimitUs' | 'policies' | 'networkPolicies'> {
  /** From the commit of an EndpointSlice until one kube-proxy sees it. */
  readonly watchDelivery: DistributionSpec;
  /** The longest time that a proxy in a pod takes from one look at endpoints until the next is in effect. */
  readonly longestUpstreamSyncUs?: number;
}
