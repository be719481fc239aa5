// Defaults of Services and of what belongs to the network (kube-apiserver 1.36, pkg/apis/{core,discovery,networking}).
import type { Service } from 'kubernetes-types/core/v1.js';
import type { EndpointPort } from 'kubernetes-types/discovery/v1.js';
import type { IngressClass, NetworkPolicy, NetworkPolicyPort } from 'kubernetes-types/networking/v1.js';
import type { Hook } from '../hook.ts';

const AFFINITY_SECONDS = 10_800;

function service({ spec, status }: Service): void {
  if (spec === undefined) return;
  spec.sessionAffinity ??= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  }
  spec.type ??= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  }
  const { type } = spec;
  const inside = type === 'ClusterIP';
  const outside = type === 'NodePort' || type === 'LoadBalancer';
  if (outside || (inside && spec.externalIPs !== undefined)) spec.externalTrafficPolicy ??= 'Cluster';
  if (inside || outside) spec.internalTrafficPolicy ??= 'Cluster';
  if (type === 'LoadBalancer') {
    spec.allocateLoadBalancerNodePorts ??= true;
    for (const ingress of status?.loadBalancer?.ingress ?? []) if (ingress.ip !== undefined) ingress.ipMode ??= 'VIP';
  }
}

function networkPolicy({ spec }: NetworkPolicy): void {
  if (spec !== undefined) spec.policyTypes ??= spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'];
}

export const serviceDefaults: Readonly<Record<string, Hook>> = {
  'core.v1.Service': service,
  'discovery.v1.EndpointPort': (port: EndpointPort) => {
    port.name ??= '';
    port.protocol ??= 'TCP';
  },
  'core.v1.EndpointPort': (port: { protocol?: string }) => {
    port.protocol ??= 'TCP';
  },
  'networking.v1.NetworkPolicyPort': (port: NetworkPolicyPort) => {
    port.protocol ??= 'TCP';
  },
  'networking.v1.NetworkPolicy': networkPolicy,
  'networking.v1.IngressClass': ({ spec }: IngressClass) => {
    if (spec?.parameters !== undefined) spec.parameters.scope ??= 'Cluster';
  },
};
