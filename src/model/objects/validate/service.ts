// Validation of Services (pkg/apis/core/validation, ValidateServiceCreate).
import type { ServicePort, ServiceSpec } from 'kubernetes-types/core/v1.js';
import { labelKeyProblems } from '../../parse/label-syntax.ts';
import type { Service } from '../types.ts';
import { clusterIpErrors } from './cluster-ip.ts';
import { validateEndpointAddress } from './endpoint-address.ts';
import type { Errors } from './errors.ts';
import { cidrProblems } from './ip.ts';
import { validateLabels, validateMeta } from './meta.ts';
import { dnsLabelProblems, dnsSubdomainProblems, portNameProblems, portNumberProblems } from './names.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const MAX_AFFINITY_SECONDS = 86_400;
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

export function validateService(service: Service, errors: Errors): void {
  validateMeta(service.metadata, true, dnsLabelProblems, errors);
  validateAnyService(service, errors);
}

/** What holds for every Service, new or changed: the name of a changed one cannot be another. */
export function validateAnyService({ metadata, spec }: Service, errors: Errors): void {
  const hints = metadata.annotations?.[TOPOLOGY_HINTS];
  const mode = metadata.annotations?.[TOPOLOGY_MODE];
  if (hints !== undefined && mode !== undefined && hints !== mode) {
    const message = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
    errors.invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, message);
  }
  validateByType(spec, errors);
  const names = new Set<string>();
  for (const [index, port] of (spec.ports ?? []).entries()) {
    validatePort(port, `spec.ports[${index}]`, (spec.ports ?? []).length > 1, names, errors);
  }
  validateLabels(spec.selector, 'spec.selector', errors);
  validateAffinity(spec, errors);
  errors.list.push(...clusterIpErrors(spec));
  for (const [index, address] of (spec.externalIPs ?? []).entries()) {
    validateEndpointAddress(address, `spec.externalIPs[${index}]`, errors);
  }
  if (!TYPES.includes(spec.type ?? '')) errors.notSupported('spec.type', spec.type, TYPES);
  validatePortsTogether(spec, errors);
  validateSourceRanges(spec, metadata.annotations?.[SOURCE_RANGES], errors);
  validateLoadBalancer(spec, errors);
  validateTrafficPolicies(spec, errors);
}

export function isHeadless(spec: ServiceSpec): boolean {
  return spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';
}

function validateByType(spec: ServiceSpec, errors: Errors): void {
  const headless = isHeadless(spec);
  if ((spec.ports ?? []).length === 0 && !headless && spec.type !== 'ExternalName') errors.required('spec.ports');
  if (headless && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    errors.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`);
  }
  if (spec.type !== 'ExternalName') return;
  for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
    if (spec[field] !== undefined) errors.forbidden(`spec.${field}`, 'may not be set for ExternalName services');
  }
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.required('spec.externalName');
  else errors.invalidEach('spec.externalName', name, dnsSubdomainProblems(name));
}

function validatePort(port: ServicePort, path: string, needsName: boolean, names: Set<string>, errors: Errors): void {
  if (port.name !== undefined) {
    errors.invalidEach(`${path}.name`, port.name, dnsLabelProblems(port.name));
    if (names.has(port.name)) errors.duplicate(`${path}.name`, port.name);
    names.add(port.name);
  } else if (needsName) errors.required(`${path}.name`);
  errors.invalidEach(`${path}.port`, port.port, portNumberProblems(port.port));
  if (!PROTOCOLS.includes(port.protocol ?? '')) errors.notSupported(`${path}.protocol`, port.protocol, PROTOCOLS);
  validatePortOrName(port.targetPort, `${path}.targetPort`, errors);
  if (port.appProtocol !== undefined) {
    errors.invalidEach(`${path}.appProtocol`, port.appProtocol, labelKeyProblems(port.appProtocol));
  }
}

export function validatePortOrName(port: number | string | undefined, path: string, errors: Errors): void {
  const problems = typeof port === 'string' ? portNameProblems(port) : portNumberProblems(port ?? 0);
  errors.invalidEach(path, port ?? 0, problems);
}

function validateAffinity(spec: ServiceSpec, errors: Errors): void {
  if (!AFFINITIES.includes(spec.sessionAffinity ?? '')) {
    errors.notSupported('spec.sessionAffinity', spec.sessionAffinity, AFFINITIES);
  }
  if (spec.sessionAffinity !== 'ClientIP') return;
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 0;
  if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS) {
    const message = `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`;
    errors.invalid('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds, message);
  }
}

function validatePortsTogether(spec: ServiceSpec, errors: Errors): void {
  const ports = [...(spec.ports ?? []).entries()];
  if (spec.type === 'ClusterIP') {
    for (const [index, { nodePort }] of ports) {
      if (nodePort !== undefined)
        errors.forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'");
    }
  }
  const seen = new Set<string>();
  for (const [index, { protocol, nodePort }] of ports) {
    if (nodePort === undefined) continue;
    const key = `node ${protocol} ${nodePort}`;
    if (seen.has(key)) errors.duplicate(`spec.ports[${index}].nodePort`, nodePort);
    seen.add(key);
  }
  for (const [index, { protocol, port }] of ports) {
    const key = `${protocol} ${port}`;
    if (seen.has(key)) errors.duplicate(`spec.ports[${index}]`, { protocol, port });
    seen.add(key);
  }
}

function validateSourceRanges(spec: ServiceSpec, annotation: string | undefined, errors: Errors): void {
  const ranges = spec.loadBalancerSourceRanges;
  // The API server writes this field with a capital letter.
  const path = ranges === undefined ? `metadata.annotations[${SOURCE_RANGES}]` : 'spec.LoadBalancerSourceRanges';
  if (ranges === undefined && annotation === undefined) return;
  if (spec.type !== 'LoadBalancer') errors.forbidden(path, "may only be used when `type` is 'LoadBalancer'");
  const texts = ranges ?? ((annotation ?? '').trim() === '' ? [] : (annotation ?? '').split(','));
  for (const [index, text] of texts.entries()) {
    const range = text.trim();
    errors.invalidEach(ranges === undefined ? path : `${path}[${index}]`, range, cidrProblems(range));
  }
}

function validateLoadBalancer(spec: ServiceSpec, errors: Errors): void {
  const only = "may only be used when `type` is 'LoadBalancer'";
  if (spec.type === 'LoadBalancer') {
    const name = spec.loadBalancerClass;
    if (name !== undefined) errors.invalidEach('spec.loadBalancerClass', name, labelKeyProblems(name));
    return;
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined) errors.forbidden('spec.allocateLoadBalancerNodePorts', only);
  if (spec.loadBalancerClass !== undefined) errors.forbidden('spec.loadBalancerClass', only);
}

function validateTrafficPolicies(spec: ServiceSpec & { trafficDistribution?: string }, errors: Errors): void {
  const {
    type,
    externalTrafficPolicy: external,
    healthCheckNodePort: health,
    trafficDistribution: distribution,
  } = spec;
  const outside =
    type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && spec.externalIPs !== undefined);
  if (!outside && external !== undefined) {
    errors.invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services');
  } else if (outside && !POLICIES.includes(external ?? '')) {
    errors.notSupported('spec.externalTrafficPolicy', external, POLICIES);
  }
  if (type === 'LoadBalancer' && external === 'Local') {
    if (health !== undefined) errors.invalidEach('spec.healthCheckNodePort', health, portNumberProblems(health));
  } else if (health !== undefined) {
    const message = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.invalid('spec.healthCheckNodePort', health, message);
  }
  const inside = spec.internalTrafficPolicy;
  if (inside !== undefined && !POLICIES.includes(inside))
    errors.notSupported('spec.internalTrafficPolicy', inside, POLICIES);
  if (distribution !== undefined && !DISTRIBUTIONS.includes(distribution)) {
    errors.notSupported('spec.trafficDistribution', distribution, DISTRIBUTIONS);
  }
}
