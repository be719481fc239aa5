// Validation of NetworkPolicies (pkg/apis/networking/validation).
import type {
  IPBlock,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from 'kubernetes-types/networking/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Errors } from './errors.ts';
import { cidrProblems, isStrictSubset } from './ip.ts';
import { validateMeta, validateSelector } from './meta.ts';
import { dnsSubdomainProblems, portNameProblems, portNumberProblems } from './names.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const TYPES = ['Ingress', 'Egress'];

type Port = NetworkPolicyPort & { endPort?: number };

export interface NetworkPolicy {
  metadata: ObjectMeta;
  spec: NetworkPolicySpec;
}

export function validateNetworkPolicy({ metadata, spec }: NetworkPolicy, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  validateNetworkPolicySpec(spec, errors);
}

export function validateNetworkPolicySpec(spec: NetworkPolicySpec, errors: Errors): void {
  validateSelector(spec.podSelector, 'spec.podSelector', errors);
  for (const [index, { ports = [], from = [] }] of (spec.ingress ?? []).entries()) {
    validateRule(ports, from, `spec.ingress[${index}]`, 'from', errors);
  }
  for (const [index, { ports = [], to = [] }] of (spec.egress ?? []).entries()) {
    validateRule(ports, to, `spec.egress[${index}]`, 'to', errors);
  }
  const types = spec.policyTypes ?? [];
  if (types.length > TYPES.length) {
    errors.invalid('spec.policyTypes', types, 'may not specify more than two policyTypes');
    return;
  }
  for (const [index, type] of types.entries()) {
    if (!TYPES.includes(type)) errors.notSupported(`spec.policyTypes[${index}]`, type, TYPES);
  }
}

function validateRule(
  ports: readonly Port[],
  peers: readonly NetworkPolicyPeer[],
  path: string,
  list: 'from' | 'to',
  errors: Errors,
): void {
  for (const [index, port] of ports.entries()) validatePort(port, `${path}.ports[${index}]`, errors);
  for (const [index, peer] of peers.entries()) validatePeer(peer, `${path}.${list}[${index}]`, errors);
}

function validatePort({ protocol, port, endPort }: Port, path: string, errors: Errors): void {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) {
    errors.notSupported(`${path}.protocol`, protocol, PROTOCOLS);
  }
  if (port === undefined) {
    if (endPort !== undefined) {
      errors.invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is not specified');
    }
  } else if (typeof port === 'string') {
    if (endPort !== undefined) {
      errors.invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is non-numeric');
    }
    errors.invalidEach(`${path}.port`, port, portNameProblems(port));
  } else {
    errors.invalidEach(`${path}.port`, port, portNumberProblems(port));
    if (endPort === undefined) return;
    if (endPort < port) errors.invalid(`${path}.endPort`, port, 'must be greater than or equal to `port`');
    errors.invalidEach(`${path}.endPort`, endPort, portNumberProblems(endPort));
  }
}

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  path: string,
  errors: Errors,
): void {
  validateSelector(podSelector, `${path}.podSelector`, errors);
  validateSelector(namespaceSelector, `${path}.namespaceSelector`, errors);
  if (ipBlock !== undefined) validateBlock(ipBlock, `${path}.ipBlock`, errors);
  const isSelected = podSelector !== undefined || namespaceSelector !== undefined;
  if (ipBlock === undefined && !isSelected) errors.required(path, 'must specify a peer');
  if (ipBlock !== undefined && isSelected) errors.forbidden(path, 'may not specify both ipBlock and another peer');
}

function validateBlock({ cidr, except = [] }: IPBlock, path: string, errors: Errors): void {
  if (cidr === '') {
    errors.required(`${path}.cidr`);
    return;
  }
  const problems = cidrProblems(cidr);
  errors.invalidEach(`${path}.cidr`, cidr, problems);
  if (problems.length > 0) return;
  for (const [index, range] of except.entries()) {
    const at = `${path}.except[${index}]`;
    const wrong = cidrProblems(range);
    errors.invalidEach(at, range, wrong);
    if (wrong.length === 0 && !isStrictSubset(range, cidr)) {
      errors.invalid(at, range, 'must be a strict subset of `cidr`');
    }
  }
}
