// The settings of the network part, as the scenario gives them.
import type { DistributionSpec } from '../lib/distribution.ts';
import type { NetworkSpec } from '../model/settings/network.ts';

export interface NetworkSettings extends Omit<NetworkSpec, 'timeoutWithoutLimitUs' | 'policies'> {
  /** From the commit of an EndpointSlice until one kube-proxy sees it. */
  readonly watchDelivery: DistributionSpec;
  /** The longest time that a proxy in a pod takes from one look at endpoints until the next is in effect. */
  readonly longestUpstreamSyncUs?: number;
}
