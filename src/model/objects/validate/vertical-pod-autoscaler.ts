// Validation of VerticalPodAutoscalers: the values that their definition allows, then what their webhook refuses (autoscaler 1.7).
import { cpuMilli, wholeUnits } from '../../parse/quantity.ts';
import type { VerticalPodAutoscaler, VpaContainerPolicy } from '../../vertical-pod-autoscaler.ts';
import type { Errors } from './errors.ts';

const UPDATE_MODES: readonly string[] = ['Off', 'Initial', 'Recreate', 'InPlaceOrRecreate', 'InPlace', 'Auto'];
const CONTAINER_MODES: readonly string[] = ['Auto', 'Off'];
const CONTROLLED_VALUES: readonly string[] = ['RequestsAndLimits', 'RequestsOnly'];

export function validateVerticalPodAutoscaler({ spec = {} }: VerticalPodAutoscaler, errors: Errors): void {
  const { targetRef, updatePolicy = {}, resourcePolicy = {} } = spec;
  const { updateMode, minReplicas } = updatePolicy;
  oneOf(updateMode, 'spec.updatePolicy.updateMode', UPDATE_MODES, errors);
  const policies = resourcePolicy.containerPolicies ?? [];
  for (const [index, policy] of policies.entries()) {
    const path = `spec.resourcePolicy.containerPolicies[${index}]`;
    oneOf(policy.mode, `${path}.mode`, CONTAINER_MODES, errors);
    oneOf(policy.controlledValues, `${path}.controlledValues`, CONTROLLED_VALUES, errors);
    validatePolicy(policy, path, errors);
  }
  if (minReplicas !== undefined && minReplicas <= 0)
    errors.invalid('spec.updatePolicy.minReplicas', minReplicas, 'has to be positive');
  if (targetRef === undefined) errors.required('spec.targetRef');
}

function validatePolicy(policy: VpaContainerPolicy, path: string, errors: Errors): void {
  const { containerName = '', mode, minAllowed = {}, maxAllowed = {}, controlledValues } = policy;
  if (containerName === '') errors.required(`${path}.containerName`);
  for (const [resource, least] of Object.entries(minAllowed)) {
    const most = maxAllowed[resource];
    const amount = resource === 'cpu' ? cpuMilli : wholeUnits;
    if (most !== undefined && amount(most) < amount(least))
      errors.invalid(`${path}.maxAllowed.${resource}`, most, 'is lower than minAllowed');
  }
  if (mode === 'Off' && controlledValues !== undefined)
    errors.forbidden(`${path}.controlledValues`, 'may not be specified when mode is Off');
}

function oneOf(value: string | undefined, path: string, valid: readonly string[], errors: Errors): void {
  if (value !== undefined && !valid.includes(value)) errors.notSupported(path, value, valid);
}
