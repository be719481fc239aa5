// The resolv.conf of a container, as its kubelet writes it by `dnsPolicy` and `dnsConfig` of the pod.
import type { PodDNSConfig, PodSpec } from 'kubernetes-types/core/v1.js';
import type { DnsSpec } from '../../model/settings/dns.ts';
import { CLUSTER_DOMAIN } from './dns-servers.ts';
import type { ResolvConf } from './resolvers/contract.ts';

/** `ofCluster`: whether each of its servers is that of the cluster, or the node's cache, and no other, that knows no Services. */
export interface PodResolvConf extends ResolvConf {
  readonly ofCluster: readonly boolean[];
}

/** The kubelet leaves out what comes after (`MaxDNSNameservers`). */
const MOST_SERVERS = 3;
/** Of NodeLocal DNSCache, and the tenth of a range of Services, as kubeadm (10.96.0.10), EKS, AKS and k3s give it to DNS whatever a manifest says. */
const NODE_LOCAL = /^169\.254\./;
const USUAL = /^(10\.\d+|172\.(1[6-9]|2\d|3[01]))\.0\.10$/;

type DnsOfPod = Pick<PodSpec, 'dnsPolicy' | 'dnsConfig' | 'hostNetwork'>;

const SECOND_US = 1e6;

/**
 * `spec.dns` stands for the options that a cluster's pods usually have; a pod's own come after them, and so do servers that `dnsConfig` names. Such a server is
 * the cluster's if it has the address of its Service, or one that such a Service usually has, or is the node's cache. Source: pkg/kubelet/network/dns, `GetPodDNS` and `appendDNSConfig`.
 */
export function resolvConf(settings: DnsSpec, namespace: string, pod: DnsOfPod): PodResolvConf {
  const { address } = settings;
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork = false } = pod;
  const isOfNode = dnsPolicy === 'Default' || (dnsPolicy === 'ClusterFirst' && hostNetwork);
  const isOfCluster = !isOfNode && dnsPolicy !== 'None';
  const usual = isOfCluster ? [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN] : [];
  const { ndots, timeoutUs, attempts, singleRequest, useTcp } = settings;
  const option = optionsOf(dnsConfig);
  const seconds = numberOf(option.get('timeout'));
  const isClusters = (server: string): boolean => server === address || NODE_LOCAL.test(server) || USUAL.test(server);
  const named = [...new Set(dnsConfig?.nameservers)].map(isClusters);
  // That of the cluster twice is once.
  const usualServers = isOfCluster ? [true] : isOfNode ? [false] : [];
  const ofCluster = [...usualServers, ...named.filter((one) => !(isOfCluster && one))].slice(0, MOST_SERVERS);
  return {
    search: [...new Set([...usual, ...(dnsConfig?.searches ?? [])])],
    // Whoever gets nothing from the cluster gets the resolver's own: one dot is enough.
    ndots: numberOf(option.get('ndots')) ?? (isOfCluster ? ndots : 1),
    servers: ofCluster.length,
    timeoutUs: seconds === undefined ? timeoutUs : seconds * SECOND_US,
    attempts: numberOf(option.get('attempts')) ?? attempts,
    rotate: option.has('rotate'),
    oneAtATime: singleRequest || option.has('single-request') || option.has('single-request-reopen'),
    tcp: useTcp || option.has('use-vc'),
    ofCluster,
  };
}

function optionsOf(config: PodDNSConfig | undefined): ReadonlyMap<string, string | undefined> {
  return new Map((config?.options ?? []).map(({ name = '', value }) => [name, value]));
}

function numberOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
