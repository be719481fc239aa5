// Validation of a defaulted object, by kind. Kinds without rules here are accepted.
import type { DecodedObject } from '../decode.ts';
import { validateConfigMap, validateNamespace, validateSecret } from './config.ts';
import { Errors, type FieldError } from './errors.ts';
import { validateNode } from './node.ts';
import { validatePod } from './pod-template.ts';
import { validatePodDisruptionBudget } from './policy.ts';
import { validatePriorityClass } from './priority-class.ts';
import type { PodRules } from './security.ts';
import { validateService } from './service.ts';
import { validateDeployment, validateReplicaSet } from './workloads.ts';

export type ValidationRules = Partial<PodRules>;

type Validator = (object: never, errors: Errors, rules: PodRules) => void;

/** By apiVersion and kind. The decoder has made sure of the types, so each validator takes its own. */
const VALIDATORS: Readonly<Record<string, Validator>> = {
  'v1 Pod': (object: Parameters<typeof validatePod>[0], errors: Errors, rules: PodRules) =>
    validatePod(object, rules, errors),
  'v1 Service': validateService,
  'v1 Namespace': validateNamespace,
  'v1 Node': validateNode,
  'v1 ConfigMap': validateConfigMap,
  'v1 Secret': validateSecret,
  'policy/v1 PodDisruptionBudget': validatePodDisruptionBudget,
  'scheduling.k8s.io/v1 PriorityClass': validatePriorityClass,
  'apps/v1 Deployment': validateDeployment,
  'apps/v1 ReplicaSet': validateReplicaSet,
};

/** What the API server would refuse the object for, in its order and words; empty where it would accept it. */
export function validateObject(object: DecodedObject, rules: ValidationRules = {}): readonly FieldError[] {
  const errors = new Errors();
  const validator = VALIDATORS[`${object.apiVersion} ${object.kind}`] as Validator | undefined;
  validator?.(object as never, errors, { allowPrivileged: rules.allowPrivileged ?? true });
  return errors.list;
}
