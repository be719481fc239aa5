// The resolv.conf of a container, as its kubelet writes it by `dnsPolicy` and `dnsConfig` of the pod.
import type { PodDNSConfig, PodSpec } from 'kubernetes-types/core/v1.js';
import type { DnsSpec } from '../../model/settings/dns.ts';
import { CLUSTER_DOMAIN } from './dns-servers.ts';
import type { ResolvConf } from './resolvers/contract.ts';

/** `knowsCluster`: its servers are those of the cluster, or the node's cache, and not those that the node has itself. */
export interface PodResolvConf extends ResolvConf {
  readonly knowsCluster: boolean;
}

type DnsOfPod = Pick<PodSpec, 'dnsPolicy' | 'dnsConfig' | 'hostNetwork'>;

const SECOND_US = 1e6;

/**
 * `spec.dns` stands for the options that a cluster's pods usually have; a pod's own come after them. Servers that `dnsConfig` names are taken for those of
 * the cluster. Source: pkg/kubelet/network/dns, `GetPodDNS` and `appendDNSConfig`.
 */
export function resolvConf(settings: DnsSpec, namespace: string, pod: DnsOfPod): PodResolvConf {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork = false } = pod;
  const isOfNode = dnsPolicy === 'Default' || (dnsPolicy === 'ClusterFirst' && hostNetwork);
  const isOfCluster = !isOfNode && dnsPolicy !== 'None';
  const usual = isOfCluster ? [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN] : [];
  const { ndots, timeoutUs, attempts, singleRequest, useTcp } = settings;
  const option = optionsOf(dnsConfig);
  const seconds = numberOf(option.get('timeout'));
  return {
    search: [...new Set([...usual, ...(dnsConfig?.searches ?? [])])],
    // Whoever gets nothing from the cluster gets the resolver's own: one dot is enough.
    ndots: numberOf(option.get('ndots')) ?? (isOfCluster ? ndots : 1),
    servers: 1,
    timeoutUs: seconds === undefined ? timeoutUs : seconds * SECOND_US,
    attempts: numberOf(option.get('attempts')) ?? attempts,
    rotate: option.has('rotate'),
    oneAtATime: singleRequest || option.has('single-request') || option.has('single-request-reopen'),
    tcp: useTcp || option.has('use-vc'),
    knowsCluster: !isOfNode,
  };
}

function optionsOf(config: PodDNSConfig | undefined): ReadonlyMap<string, string | undefined> {
  return new Map((config?.options ?? []).map(({ name = '', value }) => [name, value]));
}

function numberOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
