// Recommendations of a VerticalPodAutoscaler fitted into LimitRanges: limits keep their proportion to requests, so that a request goes as far as its limit may.
import type { Container, LimitRangeItem } from 'kubernetes-types/core/v1.js';
import type { LimitRange } from './objects/admission/limit-range.ts';
import { cpuMilli, wholeUnits } from './parse/quantity.ts';
import type { ResourceList, VpaContainerRecommendation } from './vertical-pod-autoscaler.ts';

interface Bounds {
  readonly least: number;
  readonly most: number;
}

const RESOURCES = [
  ['cpu', cpuMilli, (amount: number) => `${amount}m`],
  ['memory', wholeUnits, String],
] as const;

/** Of the containers of one pod; `ranges` are those of its namespace. */
export function withinLimits(
  recommendations: readonly VpaContainerRecommendation[],
  containers: readonly Container[],
  ranges: readonly LimitRange[],
): readonly VpaContainerRecommendation[] {
  const items = ranges.flatMap(({ spec }) => (spec?.limits ?? []).filter(({ type }) => type === 'Container'));
  if (items.length === 0) return recommendations;
  return recommendations.map((recommendation) => {
    const container = containers.find(({ name }) => name === recommendation.containerName);
    if (container === undefined) return recommendation;
    const fitted = (list: ResourceList): ResourceList => fit(list, container, items);
    const { target, lowerBound, upperBound } = recommendation;
    return {
      ...recommendation,
      target: fitted(target),
      lowerBound: fitted(lowerBound),
      upperBound: fitted(upperBound),
    };
  });
}

function fit(list: ResourceList, container: Container, items: readonly LimitRangeItem[]): ResourceList {
  const fitted = { ...list };
  for (const [resource, amountOf, textOf] of RESOURCES) {
    const text = list[resource];
    if (text === undefined) continue;
    const { least, most } = boundsOf(resource, amountOf, container, items);
    const amount = amountOf(text);
    const within = Math.min(Math.max(amount, least), most);
    if (within !== amount) fitted[resource] = textOf(within);
  }
  return fitted;
}

/** What a request may be so that its limit is allowed. Without a limit nothing bounds it. */
function boundsOf(
  resource: 'cpu' | 'memory',
  amountOf: (text: string) => number,
  { resources = {} }: Container,
  items: readonly LimitRangeItem[],
): Bounds {
  const all = (part: 'max' | 'min' | 'default'): number[] =>
    items.flatMap((item) => {
      const text = item[part]?.[resource];
      return text === undefined ? [] : [amountOf(text)];
    });
  const given = resources.limits?.[resource];
  const limit = given === undefined ? (all('default').at(-1) ?? 0) : amountOf(given);
  if (limit === 0) return { least: 0, most: Infinity };
  const asked = resources.requests?.[resource];
  // A limit without a request is the request.
  const request = asked === undefined || amountOf(asked) === 0 ? limit : amountOf(asked);
  const inProportion = (bound: number): number => (bound === Infinity ? bound : Math.floor((bound * request) / limit));
  return {
    least: inProportion(Math.max(0, ...all('min'))),
    most: inProportion(Math.min(Infinity, ...all('max'))),
  };
}
