// What may change in a Node (pkg/apis/core/validation, ValidateNodeUpdate).
import type { Errors } from '../validate/errors.ts';
import { validateNode, validateNodeResources, validateTaints, type Node } from '../validate/node.ts';
import { validateMetaUpdate } from './meta.ts';

export function validateNodeUpdate(object: Node, old: Node, errors: Errors): void {
  validateNode(object, errors);
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateNodeResources(object.status, errors);
  const { podCIDRs = [], providerID } = object.spec;
  const ranges = old.spec.podCIDRs ?? [];
  const changed = ranges.length === podCIDRs.length ? ranges.filter((range, index) => range !== podCIDRs[index]) : [''];
  for (const _ of ranges.length === 0 ? [] : changed) {
    errors.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
  }
  if (old.spec.providerID !== undefined && old.spec.providerID !== providerID) {
    errors.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid');
  }
  validateTaints(object.spec.taints ?? [], 'metadata.taints', errors);
}
