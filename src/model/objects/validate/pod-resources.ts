// Validation of resources for a whole pod (`spec.resources`).
import { parseQuantity } from '../../parse/quantity.ts';
import { aggregateContainers } from '../default/pod-resources.ts';
import type { PodSpec } from '../types.ts';
import type { Errors } from './errors.ts';
import { isHugePages, validateRequirements } from './resources.ts';

export function validatePodResources(spec: PodSpec, path: string, errors: Errors): void {
  const { resources } = spec;
  if (resources === undefined) return;
  if (spec.os?.name === 'windows') {
    errors.forbidden(path, 'may not be set for a windows pod');
    return;
  }
  if (resources.claims !== undefined)
    errors.forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level');
  validateRequirements(resources, path, errors, 'pod');
  for (const part of ['requests', 'limits'] as const) {
    for (const [name, sum] of aggregateContainers(spec, part)) {
      const own = resources[part]?.[name];
      if (own === undefined || (part === 'limits' && !isHugePages(name))) continue;
      if (sum.compare(parseQuantity(own)) > 0) {
        const message = `must be greater than or equal to aggregate container ${part} of ${sum.canonical()}`;
        errors.invalid(`${path}.${part}[${name}]`, own, message);
      }
    }
  }
  for (const [index, container] of (spec.containers ?? []).entries()) {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const own = resources.limits?.[name];
      if (own === undefined || parseQuantity(limit).compare(parseQuantity(own)) <= 0) continue;
      const message = `must be less than or equal to pod limits of ${own}`;
      errors.invalid(`${path}.containers[${index}][${name}].limits`, limit, message);
    }
  }
}
