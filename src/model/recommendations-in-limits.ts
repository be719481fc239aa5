// Recommendations of a VerticalPodAutoscaler for one pod: within the LimitRanges of its namespace, the policy and, where only requests change, its limits.
import type { Container, LimitRangeItem } from 'kubernetes-types/core/v1.js';
import type { LimitRange } from './objects/admission/limit-range.ts';
import { withinPodLimits } from './recommendations-in-pod-limits.ts';
import { amountIn, rangeOf, RECOMMENDED, type Recommended, scaled, textOf } from './recommended-amounts.ts';
import {
  policyOf,
  type ResourceList,
  type VerticalPodAutoscaler,
  type VpaContainerPolicy,
  type VpaContainerRecommendation,
} from './vertical-pod-autoscaler.ts';

/** Of the containers of one pod; `ranges` are those of its namespace. */
export function recommendationsFor(
  autoscaler: VerticalPodAutoscaler,
  containers: readonly Container[],
  ranges: readonly LimitRange[],
): readonly VpaContainerRecommendation[] {
  const given = autoscaler.status?.recommendation?.containerRecommendations ?? [];
  const items = (type: string): LimitRangeItem[] =>
    ranges.flatMap(({ spec }) => (spec?.limits ?? []).filter((item) => item.type === type));
  const perContainer = items('Container');
  return withinPodLimits(given, containers, items('Pod')).flatMap((recommendation) => {
    const container = containers.find(({ name }) => name === recommendation.containerName);
    if (container === undefined) return [];
    const policy = policyOf(autoscaler, container.name);
    const fitted = (list: ResourceList): ResourceList => fit(list, container, perContainer, policy);
    const { target, lowerBound, upperBound } = recommendation;
    return {
      ...recommendation,
      target: fitted(target),
      lowerBound: fitted(lowerBound),
      upperBound: fitted(upperBound),
    };
  });
}

function fit(
  list: ResourceList,
  container: Container,
  items: readonly LimitRangeItem[],
  policy: VpaContainerPolicy | undefined,
): ResourceList {
  const fitted = { ...list };
  for (const resource of RECOMMENDED) {
    const amount = amountIn(list, resource);
    if (amount === undefined) continue;
    const [least, most] = boundsOf(resource, container, items);
    let within = clamped(amount, least, most);
    within = clamped(within, amountIn(policy?.minAllowed, resource), amountIn(policy?.maxAllowed, resource));
    const limit = amountIn(container.resources?.limits, resource);
    if (policy?.controlledValues === 'RequestsOnly' && limit !== undefined) within = Math.min(within, limit);
    if (within !== amount) fitted[resource] = textOf(resource, within);
  }
  return fitted;
}

/** A bound of 0 is none. Where they contradict each other the upper one counts. */
function clamped(amount: number, least = 0, most = 0): number {
  const raised = Math.max(amount, least);
  return most > 0 ? Math.min(raised, most) : raised;
}

/** What a request may be so that its limit is allowed, and that itself is. Without a limit only the least request bounds it. */
function boundsOf(
  resource: Recommended,
  { resources = {} }: Container,
  items: readonly LimitRangeItem[],
): [least: number, most: number] {
  const { min, max, fallback } = rangeOf(items, resource);
  const limit = amountIn(resources.limits, resource) || fallback;
  if (limit === 0) return [min, 0];
  // A limit without a request is the request.
  const request = amountIn(resources.requests, resource) || limit;
  return [Math.max(min, scaled(request, limit, min)), scaled(request, limit, max)];
}
