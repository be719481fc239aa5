// Conditions of a Deployment's status: setting one, and the judgements complete, progressing and timed out.
import { timestampUs } from '../../lib/timestamp.ts';
import { findCondition, withoutCondition } from '../kit/progress-conditions.ts';
import {
  type Condition,
  type Deployment,
  type DeploymentStatus,
  desiredReplicas,
  progressDeadline,
} from '../kit/deployment-objects.ts';

export const ConditionType = {
  Available: 'Available',
  Progressing: 'Progressing',
  ReplicaFailure: 'ReplicaFailure',
} as const;

export const Reason = {
  MinimumAvailable: 'MinimumReplicasAvailable',
  MinimumUnavailable: 'MinimumReplicasUnavailable',
  NewSetCreated: 'NewReplicaSetCreated',
  NewSetFound: 'FoundNewReplicaSet',
  SetUpdated: 'ReplicaSetUpdated',
  NewSetAvailable: 'NewReplicaSetAvailable',
  CreateFailed: 'ReplicaSetCreateError',
  DeadlineExceeded: 'ProgressDeadlineExceeded',
  Paused: 'DeploymentPaused',
  Resumed: 'DeploymentResumed',
  /** Not of Kubernetes: a strategy of `spec.rollouts` has given up the new revision. */
  Aborted: 'RolloutAborted',
} as const;

type Conditions = readonly Condition[];

/** Unchanged when status and reason are the same; the transition time is kept while the status is the same. */
export function withCondition(conditions: Conditions, next: Condition): Condition[] {
  const current = findCondition(conditions, next.type);
  if (current !== undefined && current.status === next.status && current.reason === next.reason) {
    return [...conditions];
  }
  const kept =
    current?.status === next.status && current.lastTransitionTime !== undefined
      ? { ...next, lastTransitionTime: current.lastTransitionTime }
      : next;
  return [...withoutCondition(conditions, next.type), kept];
}

/** All pods are of the new template, none is left over, all are available, and the spec has been seen. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = desiredReplicas(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Something moved since the status that the Deployment had. */
export function isProgressing(deployment: Deployment, status: DeploymentStatus): boolean {
  const before = deployment.status ?? {};
  return (
    (status.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldReplicas(status) < oldReplicas(before) ||
    (status.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function oldReplicas(status: DeploymentStatus): number {
  return (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
}

/** No progress for longer than the deadline, or judged so before. */
export function isTimedOut(deployment: Deployment, status: DeploymentStatus, nowUs: number): boolean {
  const seconds = progressDeadline(deployment);
  const progressing = findCondition(status.conditions, ConditionType.Progressing);
  if (seconds === undefined || progressing === undefined || progressing.reason === Reason.NewSetAvailable) return false;
  if (progressing.reason === Reason.DeadlineExceeded) return true;
  return timestampUs(progressing.lastUpdateTime ?? '') + seconds * 1e6 < nowUs;
}
