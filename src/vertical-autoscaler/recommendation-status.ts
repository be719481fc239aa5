// Recommendations as the status of a VerticalPodAutoscaler has them: quantities, within its policy.
import { amountIn } from '../model/recommended-amounts.ts';
import {
  policyOf,
  type ResourceList,
  type VerticalPodAutoscaler as Autoscaler,
  type VpaContainerRecommendation,
} from '../model/vertical-pod-autoscaler.ts';
import { capped, type CappedRecommendation } from './policy.ts';
import type { Amounts } from './recommender/amounts.ts';
import type { Recommendation } from './recommender/estimate.ts';

/** What a container's policy leaves of a recommendation. */
export function withPolicy(
  autoscaler: Autoscaler,
  container: string,
  recommendation: Recommendation,
): CappedRecommendation {
  const { minAllowed = {}, maxAllowed = {} } = policyOf(autoscaler, container) ?? {};
  const policy = { container, minAllowed: bounds(minAllowed), maxAllowed: bounds(maxAllowed) };
  return capped(container, recommendation, [policy], {});
}

function bounds(given: ResourceList): Partial<Amounts> {
  const milli = amountIn(given, 'cpu');
  const memory = amountIn(given, 'memory');
  return { ...(milli === undefined ? {} : { cpuMilli: milli }), ...(memory === undefined ? {} : { memory }) };
}

const list = ({ cpuMilli: milli, memory }: Amounts): ResourceList => ({ cpu: `${milli}m`, memory: String(memory) });
const amounts = (given: ResourceList, otherwise: number): Amounts => ({
  cpuMilli: amountIn(given, 'cpu') ?? otherwise,
  memory: amountIn(given, 'memory') ?? otherwise,
});

/** A container's recommendation as a status has it. */
export function written(
  containerName: string,
  { target, lowerBound, upperBound, uncappedTarget }: CappedRecommendation,
): VpaContainerRecommendation {
  return {
    containerName,
    target: list(target),
    lowerBound: list(lowerBound),
    upperBound: list(upperBound),
    uncappedTarget: list(uncappedTarget),
  };
}

/** By container, as a status says. */
export function recommendationsBy(given: readonly VpaContainerRecommendation[]): Map<string, Recommendation> {
  return new Map(
    given.map((one) => [
      one.containerName,
      // A bound that is not said bounds nothing.
      {
        target: amounts(one.target, 0),
        lowerBound: amounts(one.lowerBound, 0),
        upperBound: amounts(one.upperBound, Infinity),
      },
    ]),
  );
}
