// What may change in Deployments and ReplicaSets: all but the selector (pkg/apis/apps/validation).
import type { DaemonSetSpec, DeploymentSpec, ReplicaSetSpec } from 'kubernetes-types/apps/v1.js';
import { equalValues } from '../equal.ts';
import { validateDaemonSetSpec } from '../validate/daemon-set.ts';
import type { Errors } from '../validate/errors.ts';
import { validateReplicationControllerSpec, type ReplicationController } from '../validate/replication-controller.ts';
import type { PodRules } from '../validate/security.ts';
import { validateDeploymentSpec, validateReplicaSetSpec, type Workload } from '../validate/workloads.ts';
import { validateMetaUpdate } from './meta.ts';

export const validateDeploymentUpdate = keepingSelector<DeploymentSpec>(validateDeploymentSpec);
export const validateReplicaSetUpdate = keepingSelector<ReplicaSetSpec>(validateReplicaSetSpec);

/** The new spec is valid as one that is created is, and has the selector of the old one. */
function keepingSelector<Spec extends { readonly selector?: unknown }>(
  validateSpec: (spec: Spec, errors: Errors, rules: PodRules) => void,
) {
  return (object: Workload<Spec>, old: Workload<Spec>, errors: Errors, rules: PodRules): void => {
    validateMetaUpdate(object.metadata, old.metadata, errors);
    validateSpec(object.spec, errors, rules);
    validateSelectorKept(object, old, errors);
  };
}

/** Here the selector may change too. */
export function validateReplicationControllerUpdate(
  object: ReplicationController,
  old: ReplicationController,
  errors: Errors,
  rules: PodRules,
): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateReplicationControllerSpec(object.spec, errors, rules);
}

/** Its errors come in another order: the selector's first. */
export function validateDaemonSetUpdate(
  object: Workload<DaemonSetSpec>,
  old: Workload<DaemonSetSpec>,
  errors: Errors,
  rules: PodRules,
): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateSelectorKept(object, old, errors);
  validateDaemonSetSpec(object.spec, errors, rules);
}

function validateSelectorKept(
  object: Workload<{ selector?: unknown }>,
  old: Workload<{ selector?: unknown }>,
  errors: Errors,
): void {
  const type = { is: 'object', name: 'meta.v1.LabelSelector' } as const;
  if (!equalValues(type, object.spec.selector, old.spec.selector)) {
    errors.immutable('spec.selector', object.spec.selector);
  }
}
