// Validation of IngressClasses (pkg/apis/networking/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Errors } from './errors.ts';
import { validateMeta } from './meta.ts';
import { byteLength, dnsLabelProblems, dnsSubdomainProblems, pathSegmentProblems } from './names.ts';

const LONGEST_CONTROLLER = 250;
const PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const SCOPES = ['Cluster', 'Namespace'];

interface Parameters {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
  scope?: string;
}

export interface IngressClass {
  metadata: ObjectMeta;
  spec: { controller?: string; parameters?: Parameters };
}

export function validateIngressClass({ metadata, spec }: IngressClass, errors: Errors): void {
  validateMeta(metadata, false, dnsSubdomainProblems, errors);
  const { controller = '', parameters } = spec;
  if (byteLength(controller) > LONGEST_CONTROLLER) errors.tooLong('spec.controller', LONGEST_CONTROLLER);
  validateDomainPath(controller, 'spec.controller', errors);
  if (parameters !== undefined) validateParameters(parameters, 'spec.parameters', errors);
}

function validateDomainPath(text: string, path: string, errors: Errors): void {
  const slash = text.indexOf('/');
  if (text === '') errors.required(path);
  else if (slash <= 0 || slash === text.length - 1) {
    errors.invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")');
  } else {
    const host = text.slice(0, slash);
    errors.invalidEach(path, host, dnsSubdomainProblems(host));
    const rest = text.slice(slash + 1);
    if (!PATH.test(rest)) errors.invalid(path, rest, 'Invalid path');
  }
}

function validateParameters(parameters: Parameters, path: string, errors: Errors): void {
  const { apiGroup, kind, name, namespace, scope } = parameters;
  if (apiGroup !== undefined) errors.invalidEach(`${path}.apiGroup`, apiGroup, dnsSubdomainProblems(apiGroup));
  for (const [field, value] of Object.entries({ kind, name })) {
    if (value === '') errors.required(`${path}.${field}`);
    else errors.invalidEach(`${path}.${field}`, value, pathSegmentProblems(value));
  }
  if (scope === undefined) errors.required(`${path}.scope`);
  else if (!SCOPES.includes(scope)) errors.notSupported(`${path}.scope`, scope, SCOPES);
  else if (scope === 'Namespace') {
    if (namespace === undefined) {
      errors.required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'");
    } else errors.invalidEach(`${path}.namespace`, namespace, dnsLabelProblems(namespace));
  } else if (namespace !== undefined) {
    errors.forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'");
  }
}
