// Which fields of a Service its type calls for, and those that are dropped when a new type has no use for them (pkg/registry/core/service/strategy.go).
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { equalJson } from '../equal.ts';

export function needsAddress({ type }: ServiceSpec): boolean {
  return type !== 'ExternalName';
}

export function needsNodePort({ type }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

export function needsHealthCheck({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

function needsExternalPolicy({ type, externalIPs }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && externalIPs !== undefined);
}

function isLoadBalancer({ type }: ServiceSpec): boolean {
  return type === 'LoadBalancer';
}

type Dropped = keyof ServiceSpec;

const DROPPED: readonly { readonly needs: (spec: ServiceSpec) => boolean; readonly fields: readonly Dropped[] }[] = [
  { needs: needsAddress, fields: ['ipFamilies', 'ipFamilyPolicy'] },
  { needs: isLoadBalancer, fields: ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] },
  { needs: needsHealthCheck, fields: ['healthCheckNodePort'] },
  { needs: needsExternalPolicy, fields: ['externalTrafficPolicy'] },
];

/** Drops, in place, what the old type needed, the new one does not, and the client did not change. */
export function dropUnneeded(spec: ServiceSpec, old: ServiceSpec): void {
  const freed = (needs: (one: ServiceSpec) => boolean) => needs(old) && !needs(spec);
  if (freed(needsAddress) && equalJson(spec.clusterIPs ?? [], old.clusterIPs ?? [])) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  }
  for (const { needs, fields } of DROPPED) {
    if (!freed(needs)) continue;
    for (const field of fields) if (equalJson(spec[field], old[field])) delete spec[field];
  }
  if (!freed(needsNodePort)) return;
  const before = new Set((old.ports ?? []).map(({ nodePort }) => nodePort));
  const ports = spec.ports ?? [];
  if (ports.every(({ nodePort }) => nodePort === undefined || before.has(nodePort))) {
    for (const port of ports) delete port.nodePort;
  }
}
