// Validation of a pod's resource claims and of its containers' references to them (pkg/apis/core/validation).
import type { ResourceClaim } from 'kubernetes-types/core/v1.js';
import type { Errors } from './errors.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from './names.ts';

export interface PodResourceClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

export function validatePodClaims(claims: readonly PodResourceClaim[], path: string, errors: Errors): void {
  const names = new Set<string>();
  for (const [index, claim] of claims.entries()) {
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    const at = `${path}[${index}]`;
    if (name === '') errors.required(`${at}.name`);
    else if (names.has(name)) errors.duplicate(`${at}.name`, name);
    else errors.invalidEach(`${at}.name`, name, dnsLabelProblems(name));
    names.add(name);
    const sources = Object.entries({ resourceClaimName, resourceClaimTemplateName });
    const given = sources.filter(([, value]) => value !== undefined).length;
    if (given > 1) {
      errors.invalid(at, claim, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
    } else if (given === 0) {
      errors.invalid(at, claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
    }
    for (const [field, value] of sources) {
      if (value !== undefined) errors.invalidEach(`${at}.${field}`, value, dnsSubdomainProblems(value));
    }
  }
}

/** `known` are the names of the pod's claims. */
export function validateClaimReferences(
  references: readonly (ResourceClaim & { request?: string })[],
  known: ReadonlySet<string>,
  path: string,
  errors: Errors,
): void {
  const seen = new Set<string>();
  for (const [index, { name, request = '' }] of references.entries()) {
    const at = `${path}[${index}]`;
    if (name === '') {
      errors.required(at);
      continue;
    }
    const key = request === '' ? name : `${name}/${request}`;
    if (seen.has(name)) errors.duplicate(at, name);
    else {
      if (request !== '') errors.invalidEach(`${at}.request`, request, dnsLabelProblems(request));
      if (seen.has(key)) errors.duplicate(at, key);
      else if (request === '' && [...seen].some((other) => other.startsWith(`${name}/`))) errors.duplicate(at, name);
      seen.add(key);
    }
    if (!known.has(name)) errors.notFound(at, name);
  }
}
