// Defaults of the workload kinds (kube-apiserver 1.36, pkg/apis/{apps,batch,autoscaling}).
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from 'kubernetes-types/autoscaling/v1.js';
import type { HorizontalPodAutoscaler, HPAScalingRules } from 'kubernetes-types/autoscaling/v2.js';
import type { CronJob, Job, PodFailurePolicyOnPodConditionsPattern } from 'kubernetes-types/batch/v1.js';
import type { ReplicationController } from 'kubernetes-types/core/v1.js';
import type { Hook } from '../hook.ts';

const MAX_INT32 = 2 ** 31 - 1;

function deployment({ spec }: Deployment): void {
  if (spec === undefined) return;
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ??= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
}

/** A size is what autoscalers need: Argo's controller writes the missing one. */
function rollout({ spec }: { spec?: { replicas?: number } }): void {
  if (spec !== undefined) spec.replicas ??= 1;
}

function replicaSet({ spec }: ReplicaSet): void {
  if (spec !== undefined) spec.replicas ??= 1;
}

function replicationController({ metadata, spec }: ReplicationController): void {
  const labels = spec?.template?.metadata?.labels;
  if (spec === undefined || metadata === undefined || labels === undefined) return;
  if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
}

function daemonSet({ spec }: DaemonSet): void {
  if (spec === undefined) return;
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ??= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
}

function statefulSet({ spec }: StatefulSet): void {
  if (spec === undefined) return;
  spec.podManagementPolicy ??= 'OrderedReady';
  spec.updateStrategy ??= {};
  if (spec.updateStrategy.type === undefined) {
    spec.updateStrategy.type = 'RollingUpdate';
    spec.updateStrategy.rollingUpdate ??= {};
  }
  if (spec.updateStrategy.type === 'RollingUpdate' && spec.updateStrategy.rollingUpdate !== undefined) {
    spec.updateStrategy.rollingUpdate.partition ??= 0;
  }
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ??= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ??= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
  }
}

function job({ metadata, spec }: Job): void {
  if (spec === undefined || metadata === undefined) return;
  if (spec.parallelism === undefined) spec.completions ??= 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32;
  if (metadata.labels === undefined && spec.template.metadata?.labels !== undefined) {
    metadata.labels = { ...spec.template.metadata.labels };
  }
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
  spec.manualSelector ??= false;
}

function cronJob({ spec }: CronJob): void {
  if (spec === undefined) return;
  spec.concurrencyPolicy ??= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
}

function podAutoscaler({ spec }: HorizontalPodAutoscaler): void {
  if (spec === undefined) return;
  spec.minReplicas ??= 1;
  spec.metrics ??= [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
  ];
  if (spec.behavior === undefined) return;
  spec.behavior.scaleUp = scalingRules(spec.behavior.scaleUp, {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  });
  spec.behavior.scaleDown = scalingRules(spec.behavior.scaleDown, {
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  });
}

function scalingRules(rules: HPAScalingRules | undefined, fallback: HPAScalingRules): HPAScalingRules {
  return { ...fallback, ...rules };
}

export const workloadDefaults: Readonly<Record<string, Hook>> = {
  'apps.v1.Deployment': deployment,
  'argoproj.io.Rollout': rollout,
  'apps.v1.ReplicaSet': replicaSet,
  'apps.v1.DaemonSet': daemonSet,
  'apps.v1.StatefulSet': statefulSet,
  'core.v1.ReplicationController': replicationController,
  'batch.v1.Job': job,
  'batch.v1.CronJob': cronJob,
  'batch.v1.PodFailurePolicyOnPodConditionsPattern': (value: PodFailurePolicyOnPodConditionsPattern) => {
    value.status ||= 'True';
  },
  'autoscaling.v1.HorizontalPodAutoscaler': ({ spec }: HorizontalPodAutoscalerV1) => {
    if (spec !== undefined) spec.minReplicas ??= 1;
  },
  'autoscaling.v2.HorizontalPodAutoscaler': podAutoscaler,
};
