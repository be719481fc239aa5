// Validation of IngressClasses (pkg/apis/networking/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { validateDomainPath } from './domain-path.ts';
import type { Errors } from './errors.ts';
import { validateMeta } from './meta.ts';
import { byteLength, dnsLabelProblems, dnsSubdomainProblems, pathSegmentProblems } from './names.ts';

const LONGEST_CONTROLLER = 250;
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
