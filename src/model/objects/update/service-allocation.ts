// What a changed Service keeps, gets and gives back of addresses and ports (pkg/registry/core/service/storage, beginUpdate).
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { initialFamilies, takeHealthCheckPort, takeClusterAddress, type ServicePool } from '../create/service.ts';
import { equalJson } from '../equal.ts';
import type { Service } from '../types.ts';
import { internalError, invalid, type FieldError } from '../validate/errors.ts';
import { needsAddress, needsHealthCheck, needsNodePort } from './service-fields.ts';

/** Fills in, in place, what the client left out, and takes from the pool what is new. Nothing else is checked when there are errors. */
export function reallocateService(service: Service, old: Service, pool: ServicePool): readonly FieldError[] {
  keepAllocated(service.spec, old.spec);
  followAddress(service.spec, old.spec);
  const errors = initialFamilies(service, old);
  if (errors.length > 0) return errors;
  if (old.spec.type === 'ExternalName') {
    const refused = takeClusterAddress(service, pool);
    if (refused.length > 0) return refused;
  }
  if (needsNodePort(service.spec)) {
    const refused = takeNodePorts(service.spec, old.spec, pool);
    if (refused.length > 0) return refused;
  }
  if (needsHealthCheck(service.spec) && !needsHealthCheck(old.spec)) return takeHealthCheckPort(service, pool);
  // Where it is no longer needed it is given back, whatever the client sent.
  if (needsHealthCheck(old.spec) && !needsHealthCheck(service.spec)) delete service.spec.healthCheckNodePort;
  return [];
}

function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsAddress(spec) && needsAddress(old)) {
    if (old.clusterIP !== undefined) spec.clusterIP ??= old.clusterIP;
    if (spec.clusterIPs === undefined && spec.clusterIP === old.clusterIP && old.clusterIPs !== undefined) {
      spec.clusterIPs = [...old.clusterIPs];
    }
  }
  if (needsNodePort(spec) && needsNodePort(old)) keepNodePorts(spec, old);
  if (needsHealthCheck(spec) && needsHealthCheck(old) && old.healthCheckNodePort !== undefined) {
    spec.healthCheckNodePort ??= old.healthCheckNodePort;
  }
}

/** A port of the same name keeps its node port, unless the client gave that to another one. */
function keepNodePorts(spec: ServiceSpec, old: ServiceSpec): void {
  const ports = spec.ports ?? [];
  const byName = new Map((old.ports ?? []).map(({ name, nodePort }) => [name, nodePort]));
  const used = new Set(ports.map(({ nodePort }) => nodePort));
  for (const port of ports) {
    const before = byName.get(port.name);
    if (port.nodePort !== undefined || before === undefined || used.has(before)) continue;
    port.nodePort = before;
    used.add(before);
  }
}

/** A client that knows only `clusterIP` changes or clears it: the list follows. */
function followAddress(spec: ServiceSpec, old: ServiceSpec): void {
  if (spec.clusterIP === old.clusterIP || !equalJson(spec.clusterIPs ?? [], old.clusterIPs ?? [])) return;
  if (spec.clusterIP === undefined) delete spec.clusterIPs;
  else spec.clusterIPs = [spec.clusterIP];
}

function takeNodePorts(spec: ServiceSpec, old: ServiceSpec, pool: ServicePool): readonly FieldError[] {
  const had = new Set((old.ports ?? []).map(({ nodePort }) => nodePort));
  const taken = new Set<number>();
  const seen = new Set<string>();
  const allocate = spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts === true;
  for (const [index, port] of (spec.ports ?? []).entries()) {
    if (port.nodePort === undefined && !allocate) continue;
    if (port.nodePort === undefined || !(had.has(port.nodePort) || taken.has(port.nodePort))) {
      const got = pool.takePort(port.nodePort);
      if ('error' in got) return [invalid(`spec.ports[${index}].nodePort`, port.nodePort, got.error)];
      taken.add(got.port);
      port.nodePort = got.port;
    }
    const key = `${port.protocol} ${port.nodePort}`;
    if (seen.has(key)) return [internalError(`duplicate nodePort: {${key}}`)];
    seen.add(key);
  }
  return [];
}
