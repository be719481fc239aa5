// What a VerticalPodAutoscaler's policy leaves of a recommendation.
import type { Amounts } from './recommender/amounts.ts';
import type { Recommendation } from './recommender/estimate.ts';

type Bounds = Partial<Amounts>;

export interface ContainerPolicy {
  /** `*` is for containers without a policy of their own. */
  readonly container: string;
  readonly minAllowed: Bounds;
  readonly maxAllowed: Bounds;
}

export interface CappedRecommendation extends Recommendation {
  readonly uncappedTarget: Amounts;
}

/** `globalMax`: of containers whose policy does not say. */
export function capped(
  container: string,
  recommendation: Recommendation,
  policies: readonly ContainerPolicy[],
  globalMax: Bounds,
): CappedRecommendation {
  const policy = policies.find((one) => one.container === container) ?? policies.find((one) => one.container === '*');
  const within = ({ cpuMilli, memory }: Amounts): Amounts => ({
    cpuMilli: clamp(cpuMilli, policy?.minAllowed.cpuMilli, policy?.maxAllowed.cpuMilli ?? globalMax.cpuMilli),
    memory: clamp(memory, policy?.minAllowed.memory, policy?.maxAllowed.memory ?? globalMax.memory),
  });
  const { target, lowerBound, upperBound } = recommendation;
  return {
    target: within(target),
    lowerBound: within(lowerBound),
    upperBound: within(upperBound),
    uncappedTarget: target,
  };
}

/** A bound of 0 is none. Where they contradict each other the upper one counts. */
function clamp(amount: number, least = 0, most = 0): number {
  const raised = Math.max(amount, least);
  return most > 0 ? Math.min(raised, most) : raised;
}
