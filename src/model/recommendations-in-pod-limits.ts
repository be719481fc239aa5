// Recommendations for one pod within LimitRanges of type Pod: all its containers shrink or grow in proportion until their sums are allowed.
import type { Container, LimitRangeItem } from 'kubernetes-types/core/v1.js';
import { amountIn, limitWith, rangeOf, RECOMMENDED, type Recommended, scaled, textOf } from './recommended-amounts.ts';
import type { ResourceList, VpaContainerRecommendation } from './vertical-pod-autoscaler.ts';

type Bound = 'upperBound' | 'target' | 'lowerBound';

/** `items` are those of type Pod. Where there are any, containers without a recommendation take part with what they request. */
export function withinPodLimits(
  given: readonly VpaContainerRecommendation[],
  containers: readonly Container[],
  items: readonly LimitRangeItem[],
): readonly VpaContainerRecommendation[] {
  if (items.length === 0) return given;
  let fitted = [...given, ...containers.flatMap((container) => asRequested(container, given))];
  for (const bound of ['upperBound', 'target', 'lowerBound'] as const) {
    for (const resource of RECOMMENDED) fitted = fit(fitted, bound, resource, containers, items);
  }
  return fitted;
}

function asRequested(
  { name, resources }: Container,
  given: readonly VpaContainerRecommendation[],
): VpaContainerRecommendation[] {
  const target = resources?.requests ?? {};
  if (given.some(({ containerName }) => containerName === name) || Object.keys(target).length === 0) return [];
  return [{ containerName: name, target, lowerBound: {}, upperBound: {}, uncappedTarget: target }];
}

function fit(
  recommendations: VpaContainerRecommendation[],
  bound: Bound,
  resource: Recommended,
  containers: readonly Container[],
  items: readonly LimitRangeItem[],
): VpaContainerRecommendation[] {
  const { min, max } = rangeOf(items, resource);
  let requests = 0;
  let limits = 0;
  for (const { name, resources } of containers) {
    const asked = amountIn(resources?.requests, resource);
    const one = recommendations.find(({ containerName }) => containerName === name);
    const recommended = (one === undefined ? asked : amountIn(one[bound], resource)) ?? 0;
    requests += recommended;
    limits += limitWith(recommended, asked, amountIn(resources?.limits, resource) ?? 0);
  }
  // Without any limit Kubernetes' own code leaves the requests, whatever their sum.
  if (limits === 0 || (min <= limits && min <= requests && (max === 0 || max >= limits))) return recommendations;
  const [base, result] = min > requests ? [requests, min] : [limits, max > 0 && max < limits ? max : min];
  return recommendations.map((one) => {
    const amount = amountIn(one[bound], resource);
    if (amount === undefined || !containers.some(({ name }) => name === one.containerName)) return one;
    const list: ResourceList = { ...one[bound], [resource]: textOf(resource, scaled(amount, base, result)) };
    return { ...one, [bound]: list };
  });
}
