// What a proxy must know of a Service besides its endpoints: its ports, its traffic policies, its session affinity.
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';

export interface ServicePort {
  /** Empty where the Service has one port without a name. */
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

export interface ServiceRules {
  /** In the order of the Service; a headless one may have none. */
  readonly ports: readonly ServicePort[];
  /** Without an address of its own: no proxy stands between, its name leads to the pods. */
  readonly headless: boolean;
  /** Where the name leads that it is another name for (type ExternalName); empty for all others. */
  readonly externalName: string;
  /** Connections come from outside too: by node ports, a load balancer or external addresses. */
  readonly externallyAccessible: boolean;
  readonly loadBalancer: boolean;
  /** Connections from pods, and those from outside, go to endpoints on the node only. */
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** Whether some connections may go to any endpoint, and whether some may go to those of the node only. */
  readonly usesCluster: boolean;
  readonly usesLocal: boolean;
  /** How long a client is sent to the endpoint that it had last, from its last connection on; 0 without affinity. */
  readonly affinityUs: number;
}

const NO_ADDRESS = 'None';

export function serviceRules(spec: ServiceSpec): ServiceRules {
  const { type = 'ClusterIP', ports = [], externalIPs = [], sessionAffinityConfig } = spec;
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 0;
  const outside = type === 'NodePort' || type === 'LoadBalancer';
  const externallyAccessible = outside
    ? type === 'LoadBalancer' || ports.some(({ nodePort = 0 }) => nodePort > 0)
    : externalIPs.length > 0;
  const internalLocal = spec.internalTrafficPolicy === 'Local';
  const externalLocal = spec.externalTrafficPolicy === 'Local';
  return {
    ports: ports.map(({ name = '', port, protocol = 'TCP' }) => ({ name, port, protocol })),
    headless: spec.clusterIP === NO_ADDRESS,
    externalName: type === 'ExternalName' ? (spec.externalName ?? '') : '',
    externallyAccessible,
    loadBalancer: type === 'LoadBalancer',
    internalLocal,
    externalLocal,
    // Whoever is on a node may use the outer address of a Service with policy Local as if it were an inner one.
    usesCluster: !internalLocal || externallyAccessible,
    usesLocal: internalLocal || (externalLocal && externallyAccessible),
    affinityUs: spec.sessionAffinity === 'ClientIP' ? seconds * 1e6 : 0,
  };
}
