// The address at which proxies in pods are reached from outside: that of the Service before them.
import type { PodClass } from '../../model/pod-class.ts';
import type { ServiceObject } from './gateway-objects.ts';

const TYPES = ['LoadBalancer', 'NodePort', 'ClusterIP'];

/**
 * Of several Services that select the pods one with a load balancer, else with node ports, counts; the first by name. What its address is, is
 * ingress-nginx' rule for `--publish-service` (`statusAddressFromService` of its `status.go`).
 */
export function publishedAddresses(services: readonly ServiceObject[], pods: readonly PodClass[]): string[] {
  const found = services
    .filter((service) => pods.some((pod) => selects(service, pod)))
    .sort((a, b) => rank(a) - rank(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
  const [service] = found;
  if (service === undefined) return [];
  const { type = 'ClusterIP', clusterIP = 'None', externalIPs = [] } = service.spec ?? {};
  const own = clusterIP === 'None' ? [] : [clusterIP];
  if (type === 'ClusterIP') return own;
  if (type === 'NodePort') return externalIPs.length > 0 ? [...externalIPs] : own;
  const balanced = service.status?.loadBalancer?.ingress ?? [];
  const addresses = balanced.flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  return [...new Set([...addresses, ...externalIPs])].sort();
}

function rank({ spec }: ServiceObject): number {
  return TYPES.indexOf(spec?.type ?? 'ClusterIP');
}

function selects({ metadata, spec }: ServiceObject, { namespace, labels }: PodClass): boolean {
  const wanted = Object.entries(spec?.selector ?? {});
  return (
    wanted.length > 0 &&
    (metadata.namespace ?? 'default') === namespace &&
    wanted.every(([key, value]) => labels[key] === value)
  );
}
