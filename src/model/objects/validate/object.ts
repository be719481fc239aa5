// Validation of a defaulted object, by kind. Kinds without rules here are accepted.
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { DecodedObject } from '../decode.ts';
import { validateAnalysisTemplate, validateClusterAnalysisTemplate } from './analysis.ts';
import { validateConfigMap, validateNamespace, validateSecret } from './config.ts';
import { validateCronJob } from './cron-job.ts';
import { validateDaemonSet } from './daemon-set.ts';
import { validateEndpointSlice, type EndpointSlice } from './endpoint-slice.ts';
import { validateEndpoints } from './endpoints.ts';
import { Errors, type FieldError } from './errors.ts';
import { validateExperiment } from './experiment.ts';
import { validateIngress } from './ingress.ts';
import { validateIngressClass } from './ingress-class.ts';
import { validateJob } from './job.ts';
import { validateLimitRange } from './limit-range.ts';
import { validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';
import { validateNode } from './node.ts';
import { validateNetworkPolicy } from './network-policy.ts';
import { validatePersistentVolumeClaim } from './persistent-volume-claim.ts';
import { validatePersistentVolume } from './persistent-volume.ts';
import { type AutoscalerRules, validatePodAutoscaler } from './pod-autoscaler.ts';
import { validatePod } from './pod-template.ts';
import { validatePodDisruptionBudget } from './policy.ts';
import { validateLease } from './lease.ts';
import { validatePriorityClass } from './priority-class.ts';
import { validateReplicationController } from './replication-controller.ts';
import { validateResourceQuota } from './resource-quota.ts';
import type { PodRules } from './security.ts';
import { validateRollout } from './rollout.ts';
import { validateService } from './service.ts';
import { validateStatefulSet } from './stateful-set.ts';
import { validateStorageClass } from './storage-class.ts';
import { validateVerticalPodAutoscaler } from './vertical-pod-autoscaler.ts';
import { validateDeployment, validateReplicaSet } from './workloads.ts';

export type ValidationRules = Partial<PodRules> & AutoscalerRules;

type Validator = (object: never, errors: Errors, rules: PodRules & AutoscalerRules) => void;

/** By apiVersion and kind. The decoder has made sure of the types, so each validator takes its own. */
const VALIDATORS: Readonly<Record<string, Validator>> = {
  'v1 Pod': (object: Parameters<typeof validatePod>[0], errors: Errors, rules: PodRules) =>
    validatePod(object, rules, errors),
  'v1 Service': validateService,
  'v1 Namespace': validateNamespace,
  'v1 Node': validateNode,
  'v1 ConfigMap': validateConfigMap,
  'v1 Secret': validateSecret,
  'v1 ServiceAccount': ({ metadata }: { metadata: ObjectMeta }, errors: Errors) =>
    validateMeta(metadata, true, dnsSubdomainProblems, errors),
  'v1 Endpoints': validateEndpoints,
  'v1 LimitRange': validateLimitRange,
  'v1 ResourceQuota': validateResourceQuota,
  'discovery.k8s.io/v1 EndpointSlice': (object: EndpointSlice, errors: Errors) => validateEndpointSlice(object, errors),
  'networking.k8s.io/v1 NetworkPolicy': validateNetworkPolicy,
  'v1 PersistentVolume': validatePersistentVolume,
  'v1 PersistentVolumeClaim': validatePersistentVolumeClaim,
  'v1 ReplicationController': validateReplicationController,
  'storage.k8s.io/v1 StorageClass': validateStorageClass,
  'coordination.k8s.io/v1 Lease': validateLease,
  'networking.k8s.io/v1 IngressClass': validateIngressClass,
  'policy/v1 PodDisruptionBudget': validatePodDisruptionBudget,
  'scheduling.k8s.io/v1 PriorityClass': validatePriorityClass,
  'apps/v1 Deployment': validateDeployment,
  'apps/v1 ReplicaSet': validateReplicaSet,
  'apps/v1 DaemonSet': validateDaemonSet,
  'apps/v1 StatefulSet': validateStatefulSet,
  'batch/v1 Job': (object: Parameters<typeof validateJob>[0], errors: Errors, rules: PodRules) =>
    validateJob(object, errors, rules),
  'batch/v1 CronJob': validateCronJob,
  'autoscaling/v1 HorizontalPodAutoscaler': validatePodAutoscaler,
  'autoscaling/v2 HorizontalPodAutoscaler': validatePodAutoscaler,
  'autoscaling.k8s.io/v1 VerticalPodAutoscaler': validateVerticalPodAutoscaler,
  'networking.k8s.io/v1 Ingress': validateIngress,
  'argoproj.io/v1alpha1 Rollout': validateRollout,
  'argoproj.io/v1alpha1 AnalysisTemplate': validateAnalysisTemplate,
  'argoproj.io/v1alpha1 ClusterAnalysisTemplate': validateClusterAnalysisTemplate,
  'argoproj.io/v1alpha1 AnalysisRun': validateAnalysisTemplate,
  'argoproj.io/v1alpha1 Experiment': validateExperiment,
};

/** What the API server would refuse the object for, in its order and words; empty where it would accept it. */
export function validateObject(object: DecodedObject, rules: ValidationRules = {}): readonly FieldError[] {
  const errors = new Errors();
  const validator = VALIDATORS[`${object.apiVersion} ${object.kind}`] as Validator | undefined;
  validator?.(object as never, errors, { allowPrivileged: rules.allowPrivileged ?? true, gates: rules.gates });
  return errors.list;
}
