// How far a metric may be from its target, as a ratio, before the number of replicas changes.
import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from 'kubernetes-types/autoscaling/v2.js';
import { parseQuantity } from '../../model/parse/quantity.ts';

export interface Tolerances {
  readonly scaleUp: number;
  readonly scaleDown: number;
}

/** Rules of 1.36, whose tolerance the 1.30 types lack. */
interface TolerantRules extends HPAScalingRules {
  readonly tolerance?: string | number;
}

/** Each direction's own, else the one of the controller. */
export function tolerancesOf(behavior: HorizontalPodAutoscalerBehavior | undefined, usual: number): Tolerances {
  const of = (rules: TolerantRules | undefined): number =>
    rules?.tolerance === undefined ? usual : parseQuantity(rules.tolerance).approximate();
  return { scaleUp: of(behavior?.scaleUp), scaleDown: of(behavior?.scaleDown) };
}

export function isWithin(ratio: number, { scaleUp, scaleDown }: Tolerances): boolean {
  return 1 - scaleDown <= ratio && ratio <= 1 + scaleUp;
}
