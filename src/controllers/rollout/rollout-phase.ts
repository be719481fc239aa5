// The phase of a Rollout and its message, as `kubectl argo rollouts status` shows them.
import { isCompleted as isRunCompleted } from './analysis-objects.ts';
import { ConditionType, isCompleted, Reason } from './rollout-conditions.ts';
import { type Rollout, rolloutReplicas, type RolloutStatus } from './rollout-objects.ts';

export interface RolloutPhase {
  readonly phase: 'Healthy' | 'Degraded' | 'Progressing' | 'Paused';
  readonly message: string;
}

export function rolloutPhase(rollout: Rollout, status: RolloutStatus): RolloutPhase {
  const { spec } = rollout;
  for (const { type, reason, message } of status.conditions ?? []) {
    if (type === ConditionType.InvalidSpec) return { phase: 'Degraded', message: `${type}: ${message}` };
    if (reason === Reason.Aborted || reason === Reason.DeadlineExceeded) {
      return { phase: 'Degraded', message: `${reason}: ${message}` };
    }
  }
  if (spec.paused === true) return { phase: 'Paused', message: 'manually paused' };
  const pause = status.pauseConditions?.at(0);
  if (pause !== undefined) return { phase: 'Paused', message: pause.reason };
  const missing = whatIsMissing(rollout, status);
  return missing === undefined ? { phase: 'Healthy', message: '' } : { phase: 'Progressing', message: missing };
}

function whatIsMissing(rollout: Rollout, status: RolloutStatus): string | undefined {
  const { restartAt, strategy } = rollout.spec;
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
  if (restartAt !== undefined && restartAt !== status.restartedAt) return 'rollout is restarting';
  if (updatedReplicas < rolloutReplicas(rollout)) return 'more replicas need to be updated';
  if (availableReplicas < updatedReplicas) return 'updated replicas are still becoming available';
  if (strategy.blueGreen !== undefined) {
    const active = status.blueGreen?.activeSelector ?? '';
    if (active === '' || active !== (status.currentPodHash ?? '')) return 'active service cutover pending';
    if (isCompleted(status)) return undefined;
    const run = status.blueGreen?.postPromotionAnalysisRunStatus;
    const analysed = strategy.blueGreen.postPromotionAnalysis === undefined || isRunCompleted(run?.status ?? '');
    return `waiting for ${analysed ? 'post-promotion verification' : 'analysis'} to complete`;
  }
  if (strategy.canary?.trafficRouting === undefined && replicas > updatedReplicas) {
    return 'old replicas are pending termination';
  }
  return isCompleted(status) ? undefined : 'waiting for all steps to complete';
}
