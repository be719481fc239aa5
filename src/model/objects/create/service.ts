// Cluster IPs and node ports of a new Service: IP family fields, then what was asked for or the next free one (pkg/registry/core/service/storage/alloc.go).
import type { ServicePort } from 'kubernetes-types/core/v1.js';
import { equalJson } from '../equal.ts';
import type { Service } from '../types.ts';
import { clusterIpErrors } from '../validate/cluster-ip.ts';
import { invalid, type FieldError } from '../validate/errors.ts';
import { ipFamily } from '../validate/ip.ts';

/** Where Services get their addresses and ports. IPv4 only, as most clusters are. */
export interface ServicePool {
  /** Takes this address, or any free one; returns why it cannot be had. */
  takeAddress(wanted: string | undefined): { readonly address: string } | { readonly error: string };
  takePort(wanted: number | undefined): { readonly port: number } | { readonly error: string };
}

const NONE = 'None';

/** Fills in the allocated fields, in place. Nothing else is checked when there are errors. */
export function allocateService(service: Service, pool: ServicePool): readonly FieldError[] {
  const errors = initialFamilies(service, undefined);
  if (errors.length > 0) return errors;
  const refused = takeClusterAddress(service, pool);
  return refused.length > 0 ? refused : allocatePorts(service, pool);
}

export function takeClusterAddress({ spec }: Service, pool: ServicePool): readonly FieldError[] {
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === NONE) return [];
  const taken = pool.takeAddress(spec.clusterIPs?.[0]);
  if ('error' in taken) {
    const message = `failed to allocate IP ${spec.clusterIP}: ${taken.error}`;
    return [invalid('spec.clusterIPs', spec.clusterIPs ?? [], message)];
  }
  spec.clusterIP = taken.address;
  spec.clusterIPs = [taken.address];
  return [];
}

/** Fills in the fields of IP families, in place. `old` is what an update replaces. */
export function initialFamilies({ spec }: Service, old: Service | undefined): readonly FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const selectorless = spec.clusterIP === NONE && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (selectorless ? 'RequireDualStack' : 'SingleStack');
  const wrong = clusterIpErrors(spec);
  if (wrong.length > 0) return wrong;

  const errors: FieldError[] = [];
  const single = spec.ipFamilyPolicy === 'SingleStack';
  // Asking for a single stack is enough to give the second address and family back.
  if (old !== undefined && single) {
    const { clusterIPs, ipFamilies } = spec;
    if (clusterIPs && equalJson(clusterIPs, old.spec.clusterIPs)) spec.clusterIPs = clusterIPs.slice(0, 1);
    if (ipFamilies && equalJson(ipFamilies, old.spec.ipFamilies)) spec.ipFamilies = ipFamilies.slice(0, 1);
  }
  if (single && spec.clusterIPs?.length === 2) errors.push(multiple('cluster IPs'));
  if (single && spec.ipFamilies?.length === 2) errors.push(multiple('IP families'));
  for (const [index, address] of (spec.clusterIPs ?? []).entries()) {
    if (address === NONE) break;
    if (index < (spec.ipFamilies?.length ?? 0)) continue;
    const family = ipFamily(address);
    if (family === 'IPv4') spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else
      errors.push(
        invalid(`spec.clusterIPs[${index}]`, spec.clusterIPs ?? [], `${family} is not configured on this cluster`),
      );
  }
  if (errors.length > 0) return errors;

  if (selectorless) {
    spec.ipFamilies ??= ['IPv4'];
    if (spec.ipFamilies.length < 2 && !single) spec.ipFamilies.push(spec.ipFamilies[0] === 'IPv4' ? 'IPv6' : 'IPv4');
    return [];
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack') {
    errors.push(
      invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'),
    );
  }
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
    if (family !== 'IPv4') errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  }
  if (errors.length === 0) spec.ipFamilies ??= ['IPv4'];
  return errors;

  function multiple(what: string): FieldError {
    const message = `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
    return invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, message);
  }
}

function allocatePorts({ spec }: Service, pool: ServicePool): readonly FieldError[] {
  const { type, ports = [] } = spec;
  if (type === 'NodePort' || type === 'LoadBalancer') {
    const errors = nodePorts(ports, type === 'NodePort' || spec.allocateLoadBalancerNodePorts === true, pool);
    if (errors.length > 0) return errors;
  }
  const checked = type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  return checked ? takeHealthCheckPort({ spec }, pool) : [];
}

export function takeHealthCheckPort({ spec }: Pick<Service, 'spec'>, pool: ServicePool): readonly FieldError[] {
  const taken = pool.takePort(spec.healthCheckNodePort);
  if ('error' in taken) return [invalid('spec.healthCheckNodePort', spec.healthCheckNodePort, taken.error)];
  spec.healthCheckNodePort = taken.port;
  return [];
}

function nodePorts(ports: readonly ServicePort[], allocate: boolean, pool: ServicePool): readonly FieldError[] {
  const byPort = new Map<number, number>();
  for (const [index, port] of ports.entries()) {
    if (port.nodePort === undefined && !allocate) continue;
    const known = byPort.get(port.port);
    if (port.nodePort === known && known !== undefined) continue;
    if (port.nodePort === undefined && known !== undefined) {
      port.nodePort = known;
      continue;
    }
    // Several protocols on one port share the node port that any of them asks for.
    const wanted =
      known === undefined ? ports.find((one) => one.port === port.port && one.nodePort)?.nodePort : port.nodePort;
    const taken = pool.takePort(wanted);
    if ('error' in taken) return [invalid(`spec.ports[${index}].nodePort`, wanted, taken.error)];
    if (known === undefined) byPort.set(port.port, taken.port);
    port.nodePort = taken.port;
  }
  return [];
}
