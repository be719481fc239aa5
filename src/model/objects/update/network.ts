// What may change in EndpointSlices, Endpoints, Ingresses and NetworkPolicies: all but the type of a slice's addresses (pkg/apis/{core,discovery,networking}/validation).
import { validateEndpoints, type Endpoints } from '../validate/endpoints.ts';
import { validateEndpointSlice, type EndpointSlice } from '../validate/endpoint-slice.ts';
import type { Errors } from '../validate/errors.ts';
import { validateAnyIngress, type Ingress } from '../validate/ingress.ts';
import { validateNetworkPolicySpec, type NetworkPolicy } from '../validate/network-policy.ts';
import { validateMetaUpdate } from './meta.ts';

export function validateEndpointSliceUpdate(object: EndpointSlice, old: EndpointSlice, errors: Errors): void {
  const known = new Set((old.endpoints ?? []).flatMap(({ addresses = [] }) => addresses));
  validateEndpointSlice(object, errors, known);
  if (object.addressType !== old.addressType) errors.immutable('addressType', object.addressType);
}

export function validateEndpointsUpdate(object: Endpoints, old: Endpoints, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateEndpoints(object, errors);
}

export function validateNetworkPolicyUpdate(object: NetworkPolicy, old: NetworkPolicy, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateNetworkPolicySpec(object.spec, errors);
}

export function validateIngressUpdate(object: Ingress, old: Ingress, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateAnyIngress(object, errors);
}
