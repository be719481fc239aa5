// Validation of Ingresses (pkg/apis/networking/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Errors } from './errors.ts';
import { ipProblems } from './ip.ts';
import { validateMeta } from './meta.ts';
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  pathSegmentProblems,
  portNameProblems,
  portNumberProblems,
  wildcardSubdomainProblems,
} from './names.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const FORBIDDEN_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const FORBIDDEN_SUFFIXES = ['/..', '/.'];
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

interface Backend {
  readonly resource?: { readonly apiGroup: string | null; readonly kind: string; readonly name: string };
  readonly service?: { readonly name: string; readonly port?: { readonly name?: string; readonly number?: number } };
}

interface Path {
  readonly backend: Backend;
  readonly path?: string;
  readonly pathType?: string;
}

interface Rule {
  readonly host?: string;
  readonly http?: { readonly paths?: readonly Path[] | null };
}

interface Spec {
  readonly defaultBackend?: Backend;
  readonly ingressClassName?: string;
  readonly rules?: readonly Rule[];
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
}

export interface Ingress {
  metadata: ObjectMeta;
  spec: Spec;
}

export function validateIngress(ingress: Ingress, errors: Errors): void {
  validateAnyIngress(ingress, errors);
  const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  const { ingressClassName } = ingress.spec;
  if (annotation !== undefined && ingressClassName !== undefined && annotation !== ingressClassName) {
    const message = 'must match `ingressClassName` when both are specified';
    errors.invalid(`annotations.${CLASS_ANNOTATION}`, annotation, message);
  }
}

/** What holds for every Ingress, new or changed. */
export function validateAnyIngress({ metadata, spec }: Ingress, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  const { defaultBackend, ingressClassName, rules = [], tls = [] } = spec;
  if (rules.length === 0 && defaultBackend === undefined) {
    errors.invalid('spec', rules, 'either `defaultBackend` or `rules` must be specified');
  }
  if (defaultBackend !== undefined) validateBackend(defaultBackend, 'spec.defaultBackend', errors);
  for (const [index, rule] of rules.entries()) validateRule(rule, `spec.rules[${index}]`, errors);
  for (const [index, { hosts = [], secretName = '' }] of tls.entries()) {
    for (const [at, host] of hosts.entries()) {
      errors.invalidEach(`spec.tls[${index}].hosts[${at}]`, host, hostProblems(host));
    }
    if (secretName !== '') {
      errors.invalidEach(`spec.tls[${index}].secretName`, secretName, dnsSubdomainProblems(secretName));
    }
  }
  if (ingressClassName !== undefined) {
    errors.invalidEach('spec.ingressClassName', ingressClassName, dnsSubdomainProblems(ingressClassName));
  }
}

function hostProblems(host: string): string[] {
  return host.includes('*') ? wildcardSubdomainProblems(host) : dnsSubdomainProblems(host);
}

function validateRule({ host = '', http }: Rule, path: string, errors: Errors): void {
  if (host !== '') {
    if (ipProblems(host).length === 0) errors.invalid(`${path}.host`, host, 'must be a DNS name, not an IP address');
    errors.invalidEach(`${path}.host`, host, hostProblems(host));
  }
  if (http === undefined) return;
  const paths = http.paths ?? [];
  if (paths.length === 0) errors.required(`${path}.http.paths`);
  for (const [index, one] of paths.entries()) validatePath(one, `${path}.http.paths[${index}]`, errors);
}

function validatePath({ backend, path = '', pathType }: Path, at: string, errors: Errors): void {
  if (pathType === undefined) {
    errors.required(`${at}.pathType`, 'pathType must be specified');
    return;
  }
  if (!PATH_TYPES.includes(pathType)) errors.notSupported(`${at}.pathType`, pathType, PATH_TYPES);
  else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) errors.invalid(`${at}.path`, path, 'must be an absolute path');
  } else {
    if (!path.startsWith('/')) errors.invalid(`${at}.path`, path, 'must be an absolute path');
    for (const sequence of FORBIDDEN_SEQUENCES) {
      if (path.includes(sequence)) errors.invalid(`${at}.path`, path, `must not contain '${sequence}'`);
    }
    for (const suffix of FORBIDDEN_SUFFIXES) {
      if (path.endsWith(suffix)) errors.invalid(`${at}.path`, path, `cannot end with '${suffix}'`);
    }
  }
  validateBackend(backend, `${at}.backend`, errors);
}

function validateBackend({ resource, service }: Backend, path: string, errors: Errors): void {
  if (resource !== undefined && service !== undefined) {
    errors.invalid(path, '', 'cannot set both resource and service backends');
  } else if (resource !== undefined) {
    const { apiGroup, kind, name } = resource;
    if (apiGroup !== null) errors.invalidEach(`${path}.resource.apiGroup`, apiGroup, dnsSubdomainProblems(apiGroup));
    for (const [field, value] of Object.entries({ kind, name })) {
      if (value === '') errors.required(`${path}.resource.${field}`);
      else errors.invalidEach(`${path}.resource.${field}`, value, pathSegmentProblems(value));
    }
  } else if (service !== undefined) {
    const { name, port: { name: portName = '', number = 0 } = {} } = service;
    if (name === '') errors.required(`${path}.service.name`);
    else errors.invalidEach(`${path}.service.name`, name, dnsLabelProblems(name));
    if (portName !== '' && number !== 0) errors.invalid(path, '', 'cannot set both port name & port number');
    else if (portName !== '') errors.invalidEach(`${path}.service.port.name`, portName, portNameProblems(portName));
    else if (number !== 0) errors.invalidEach(`${path}.service.port.number`, number, portNumberProblems(number));
    else errors.required(path, 'port name or number is required');
  } else errors.invalid(path, '', 'resource or service backend is required');
}
