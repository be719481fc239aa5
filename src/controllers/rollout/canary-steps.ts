// Where a canary stands in its steps, and what weight and scale the steps up to there ask for.
import type { CanaryStep, Rollout, SetCanaryScale } from './rollout-objects.ts';
import { abortScaleDownDelay } from './scale-down-delays.ts';

/** Both undefined without steps; the step alone once all are done. */
export interface StepPosition {
  readonly index: number | undefined;
  readonly step: CanaryStep | undefined;
}

export function stepsOf({ spec }: Rollout): readonly CanaryStep[] {
  return spec.strategy.canary?.steps ?? [];
}

export function currentStep(rollout: Rollout): StepPosition {
  const steps = stepsOf(rollout);
  if (steps.length === 0) return { index: undefined, step: undefined };
  const index = rollout.status?.currentStepIndex ?? 0;
  return { index, step: steps.at(index) };
}

/** All of the traffic, as the router counts it: 100, unless the manifest says otherwise. */
export function wholeWeight({ spec }: Rollout): number {
  return spec.strategy.canary?.trafficRouting?.maxTrafficWeight ?? 100;
}

/** The weight of the last `setWeight` up to the current step. */
export function currentSetWeight(rollout: Rollout): number {
  if (rollout.status?.abort === true) return 0;
  const { index, step } = currentStep(rollout);
  if (index === undefined || step === undefined) return wholeWeight(rollout);
  return lastSetWeight(rollout, index);
}

/** The weight of the last `setWeight` among the steps up to that one; 0 for none. */
export function lastSetWeight(rollout: Rollout, upTo: number): number {
  const steps = stepsOf(rollout);
  for (let i = upTo; i >= 0; i -= 1) {
    const { setWeight } = steps[i];
    if (setWeight !== undefined) return setWeight;
  }
  return 0;
}

/** What `setCanaryScale` fixes, a size or a weight; else the weight of all traffic once the canary has won, else nothing: `setWeight` rules. */
export function fixedScale(rollout: Rollout): { readonly replicas?: number; readonly weight?: number } | undefined {
  const { promoteFull, stableRS = '', currentPodHash = '' } = rollout.status ?? {};
  if (promoteFull === true || stableRS === '' || currentPodHash === stableRS) return { weight: wholeWeight(rollout) };
  return canaryScale(rollout);
}

/** The last `setCanaryScale` up to the current step, if it is in force: with traffic routing, and until `matchTrafficWeight`. */
function canaryScale(rollout: Rollout): SetCanaryScale | undefined {
  if (rollout.spec.strategy.canary?.trafficRouting === undefined) return undefined;
  if (rollout.status?.abort === true && abortScaleDownDelay(rollout).seconds !== undefined) return undefined;
  const { index, step } = currentStep(rollout);
  if (index === undefined || step === undefined) return undefined;
  const scale = stepsOf(rollout)
    .slice(0, index + 1)
    .findLast(({ setCanaryScale }) => setCanaryScale !== undefined)?.setCanaryScale;
  return scale?.matchTrafficWeight === true ? undefined : scale;
}
