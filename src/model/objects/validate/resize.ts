// Validation of how a container takes a change of its resources (pkg/apis/core/validation).
import type { ContainerResizePolicy } from 'kubernetes-types/core/v1.js';
import type { PodSpec } from '../types.ts';
import type { Errors } from './errors.ts';

const RESOURCES = ['cpu', 'memory'];
const POLICIES = ['NotRequired', 'RestartContainer'];

export function validateResize(
  policies: readonly ContainerResizePolicy[],
  spec: PodSpec,
  path: string,
  errors: Errors,
): void {
  const seen = new Set<string>();
  for (const [index, { resourceName, restartPolicy }] of policies.entries()) {
    if (seen.has(resourceName)) errors.duplicate(`${path}[${index}]`, resourceName);
    seen.add(resourceName);
    if (resourceName === '') errors.required(path);
    else if (!RESOURCES.includes(resourceName)) errors.notSupported(path, resourceName, RESOURCES);
    if (restartPolicy === '') errors.required(path);
    else if (!POLICIES.includes(restartPolicy)) errors.notSupported(path, restartPolicy, POLICIES);
    if (spec.restartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
    }
  }
}
