// A sync of a canary: the Services and the router, the analyses, the sizes, the pause; then the status, which goes from step to step.
import { timestampUs } from '../../lib/timestamp.ts';
import { isActiveSet, totalStatus } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import { reconcileAnalysis } from './analysis.ts';
import { atDesiredSizes } from './at-desired-sizes.ts';
import { scaleCanary } from './canary-scale.ts';
import { currentStep, stepsOf } from './canary-steps.ts';
import { pauseSeconds, stepText } from './canary-step-text.ts';
import { reconcileExperiments } from './experiments.ts';
import { isRollbackWithinWindow, promoted, promotionReason } from './promotion.ts';
import { reconcileEphemeralMetadata } from './ephemeral-metadata.ts';
import { restartPods } from './pod-restart.ts';
import { cleanUpHistory } from './rollout-history.ts';
import { hashOf, pauseCondition, type RolloutStatus } from './rollout-objects.ts';
import { revise, stepHash, templateOrStepsChanged } from './rollout-revisions.ts';
import { baseStatus, persist, reset } from './rollout-status.ts';
import type { RolloutSync } from './rollout-sync.ts';
import { routeTraffic, selectStableAndCanary } from './traffic.ts';

export function* syncCanary(work: RolloutSync): Steps {
  if (templateOrStepsChanged(work)) return yield* report(work);
  yield* revise(work, true);
  yield* restartPods(work);
  yield* reconcileEphemeralMetadata(work);
  yield* cleanUpHistory(work);
  if (yield* selectStableAndCanary(work)) yield* routeTraffic(work);
  yield* reconcileExperiments(work);
  yield* reconcileAnalysis(work);
  if (work.pause.hasAdded) return yield* report(work);
  const scaled = yield* scaleCanary(work);
  if (!scaled) pauseAtStep(work);
  yield* report(work);
}

/** At a step `pause`: the pause begins, or the Rollout comes back when it ends. */
function pauseAtStep(work: RolloutSync): void {
  const { rollout, port } = work;
  const { step } = currentStep(rollout);
  if (rollout.spec.paused === true || rollout.status?.promoteFull === true || step?.pause === undefined) return;
  const begun = pauseCondition(rollout, 'CanaryPauseStep');
  if (begun === undefined) {
    // With controllerPause and no condition it was ended by hand.
    if (rollout.status?.controllerPause !== true) work.pause.add('CanaryPauseStep');
    return;
  }
  const seconds = pauseSeconds(step.pause);
  if (seconds === undefined) return;
  const left = timestampUs(begun.startTime) + seconds * 1e6 - port.nowUs;
  if (left > 0) port.syncAfter(left);
}

function* report(work: RolloutSync): Steps {
  const { rollout, sets } = work;
  const steps = stepsOf(rollout).length;
  const base = baseStatus(work);
  const status: RolloutStatus = {
    ...base,
    canary: {
      ...base.canary,
      weights: work.weights,
      currentExperiment: work.experiments.reported,
      stablePingPong: rollout.status?.canary?.stablePingPong,
    },
    availableReplicas: totalStatus(sets, 'availableReplicas'),
    HPAReplicas: totalStatus(sets, 'replicas'),
    currentStepHash: stepHash(rollout),
  };
  yield* persist(work, steppedStatus(work, status, steps));
}

function steppedStatus(work: RolloutSync, status: RolloutStatus, steps: number): RolloutStatus {
  const { rollout, pause } = work;
  if (templateOrStepsChanged(work)) {
    return reset(work, status, steps === 0 ? undefined : skipsSteps(work) ? steps : 0);
  }
  const { index, step } = currentStep(rollout);
  const fast = rollout.status?.promoteFull === true || isRollbackWithinWindow(work);
  if (fast) {
    pause.clear();
    pause.removeAbort();
  }
  const reason = promotionReason(work, status);
  if (reason !== undefined) return promoted(work, status, reason);
  if (pause.isAborted) {
    const stable = (status.stableRS ?? '') === (status.currentPodHash ?? '');
    return steps === 0 ? status : { ...status, currentStepIndex: stable ? steps : 0 };
  }
  if (index === undefined || step === undefined || !isStepCompleted(work)) {
    return { ...status, currentStepIndex: fast && steps > 0 ? steps : index };
  }
  const next = (fast ? steps : index) + 1;
  work.port.event('Normal', 'RolloutStepCompleted', `Rollout step ${next}/${steps} completed (${stepText(step)})`);
  pause.remove('CanaryPauseStep');
  return {
    ...status,
    currentStepIndex: next,
    canary: { ...status.canary, currentStepAnalysisRunStatus: undefined },
  };
}

/** Back to the stable ReplicaSet, or within the window to one that is still up: there is nothing to try out. */
function skipsSteps(work: RolloutSync): boolean {
  const { newest, rollout, port } = work;
  if (newest === undefined) return false;
  if ((rollout.status?.stableRS ?? '') === hashOf(newest)) {
    port.event('Normal', 'SkipSteps', 'Rollback to stable ReplicaSets');
    return true;
  }
  if (!isRollbackWithinWindow(work) || !isActiveSet(newest)) return false;
  port.event('Normal', 'SkipSteps', 'Rollback to active ReplicaSets within RollbackWindow');
  return true;
}

function isStepCompleted(work: RolloutSync): boolean {
  const { rollout, runs, weights } = work;
  const { step } = currentStep(rollout);
  if (rollout.spec.paused === true || step === undefined) return false;
  if (step.pause !== undefined) return isPauseOver(work);
  const roles = { newest: work.newest, stable: work.stable, others: work.others };
  if (step.setCanaryScale !== undefined) return atDesiredSizes(rollout, roles, weights);
  if (step.setWeight !== undefined) return atDesiredSizes(rollout, roles, weights) && weights?.verified !== false;
  if (step.experiment !== undefined) return work.experiments.current?.status?.phase === 'Successful';
  if (step.analysis !== undefined) return runs.phase('Step') === 'Successful';
  return step.setHeaderRoute !== undefined || step.setMirrorRoute !== undefined;
}

function isPauseOver({ rollout, port }: RolloutSync): boolean {
  const { step } = currentStep(rollout);
  const begun = pauseCondition(rollout, 'CanaryPauseStep');
  if (begun === undefined) return rollout.status?.controllerPause === true;
  const seconds = step?.pause === undefined ? undefined : pauseSeconds(step.pause);
  return seconds !== undefined && port.nowUs > timestampUs(begun.startTime) + seconds * 1e6;
}
