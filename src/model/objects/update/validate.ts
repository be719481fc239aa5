// Whether an object may replace a stored one: what every kind is checked for, then the rules of its own (ValidateUpdate of each strategy).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1.js';
import type { DecodedObject } from '../decode.ts';
import type { Kind } from '../tables.ts';
import { Errors, type FieldError } from '../validate/errors.ts';
import { validateMeta } from '../validate/meta.ts';
import { pathSegmentProblems } from '../validate/names.ts';
import { validateObject, type ValidationRules } from '../validate/object.ts';
import { validateBudgetSpec } from '../validate/policy.ts';
import type { AutoscalerRules } from '../validate/pod-autoscaler.ts';
import type { PodRules } from '../validate/security.ts';
import type { Workload } from '../validate/workloads.ts';
import { validateCronJobUpdate, validateJobUpdate } from './batch.ts';
import { validateConfigMapUpdate, validateNamespaceUpdate, validateSecretUpdate } from './config.ts';
import { validateIngressClassUpdate } from './ingress-class.ts';
import { validateMetaUpdate } from './meta.ts';
import {
  validateEndpointSliceUpdate,
  validateEndpointsUpdate,
  validateIngressUpdate,
  validateNetworkPolicyUpdate,
} from './network.ts';
import { validateNodeUpdate } from './node.ts';
import { validatePodAutoscalerUpdate } from './pod-autoscaler.ts';
import { validatePodUpdate } from './pod.ts';
import { validateLeaseUpdate } from './lease.ts';
import { validatePriorityClassUpdate } from './priority-class.ts';
import { validateResourceQuotaUpdate } from './resource-quota.ts';
import { validateServiceUpdate } from './service.ts';
import { validateStatefulSetUpdate } from './stateful-set.ts';
import { validateClaimUpdate, validateStorageClassUpdate, validateVolumeUpdate } from './storage.ts';
import {
  validateDaemonSetUpdate,
  validateDeploymentUpdate,
  validateReplicaSetUpdate,
  validateReplicationControllerUpdate,
} from './workloads.ts';

type Validator = (object: never, old: never, errors: Errors, rules: PodRules & AutoscalerRules) => void;

/** Kinds without rules of their own that the server checks as it does new ones, and once more for what no kind may change. */
const TWICE = new Set(['v1 ServiceAccount']);

/** By apiVersion and kind. Kinds that are not here are checked as new ones are. */
const VALIDATORS: Readonly<Record<string, Validator>> = {
  'v1 Pod': validatePodUpdate,
  'v1 Service': validateServiceUpdate,
  'v1 Namespace': validateNamespaceUpdate,
  'v1 Node': validateNodeUpdate,
  'v1 ConfigMap': validateConfigMapUpdate,
  'v1 Secret': validateSecretUpdate,
  'policy/v1 PodDisruptionBudget': ({ spec }: Workload<PodDisruptionBudgetSpec>, _: unknown, errors: Errors) =>
    validateBudgetSpec(spec, errors),
  'v1 Endpoints': validateEndpointsUpdate,
  'v1 ResourceQuota': validateResourceQuotaUpdate,
  'discovery.k8s.io/v1 EndpointSlice': validateEndpointSliceUpdate,
  'networking.k8s.io/v1 NetworkPolicy': validateNetworkPolicyUpdate,
  'v1 PersistentVolume': validateVolumeUpdate,
  'v1 PersistentVolumeClaim': validateClaimUpdate,
  'storage.k8s.io/v1 StorageClass': validateStorageClassUpdate,
  'coordination.k8s.io/v1 Lease': validateLeaseUpdate,
  'networking.k8s.io/v1 IngressClass': validateIngressClassUpdate,
  'scheduling.k8s.io/v1 PriorityClass': validatePriorityClassUpdate,
  'apps/v1 Deployment': validateDeploymentUpdate,
  'apps/v1 ReplicaSet': validateReplicaSetUpdate,
  'apps/v1 DaemonSet': validateDaemonSetUpdate,
  'v1 ReplicationController': validateReplicationControllerUpdate,
  'apps/v1 StatefulSet': validateStatefulSetUpdate,
  'batch/v1 Job': validateJobUpdate,
  'batch/v1 CronJob': validateCronJobUpdate,
  'autoscaling/v1 HorizontalPodAutoscaler': validatePodAutoscalerUpdate,
  'autoscaling/v2 HorizontalPodAutoscaler': validatePodAutoscalerUpdate,
  'networking.k8s.io/v1 Ingress': validateIngressUpdate,
};

export function validateUpdate(
  object: DecodedObject,
  old: DecodedObject,
  kind: Kind | undefined,
  rules: ValidationRules,
): readonly FieldError[] {
  const errors = new Errors();
  const meta = object.metadata as ObjectMeta;
  validateMeta(meta, kind?.namespaced ?? meta.namespace !== undefined, pathSegmentProblems, errors);
  validateMetaUpdate(meta, old.metadata, errors);
  const validator = VALIDATORS[`${object.apiVersion} ${object.kind}`] as Validator | undefined;
  if (TWICE.has(`${object.apiVersion} ${object.kind}`)) validateMetaUpdate(meta, old.metadata, errors);
  if (validator === undefined) errors.list.push(...validateObject(object, rules));
  else
    validator(object as never, old as never, errors, {
      allowPrivileged: rules.allowPrivileged ?? true,
      gates: rules.gates,
    });
  return errors.list;
}
