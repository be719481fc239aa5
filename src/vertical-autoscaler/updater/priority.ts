// Which pods are recreated because their requests are not what is recommended, and which of them first.
import type { Recommendation } from '../recommender/estimate.ts';

const LEAST_CHANGE = 0.1;
/** A pod whose requests are within the bounds lives so long at least. */
const LIFETIME_US = 12 * 3600e6;
/** A container that was killed for its memory so soon after its start, and not longer ago, needs more at once. */
const QUICK_OOM_US = 10 * 60e6;

export interface UpdatePriority {
  readonly outsideRecommendedRange: boolean;
  readonly scaleUp: boolean;
  /** Relative difference of all requests from all targets. */
  readonly resourceDiff: number;
}

export interface RequestingContainer {
  readonly name: string;
  readonly cpuMilli: number | undefined;
  readonly memory: number | undefined;
}

export interface UpdatablePod {
  readonly containers: readonly RequestingContainer[];
  /** Since status.startTime; undefined without one. */
  readonly ageUs: number | undefined;
  /** The last runs of its containers that ended with a kill for memory. */
  readonly oomKills: readonly { readonly livedUs: number; readonly agoUs: number }[];
}

export function updatePriority(
  containers: readonly RequestingContainer[],
  recommended: ReadonlyMap<string, Recommendation>,
): UpdatePriority {
  let outsideRecommendedRange = false;
  let scaleUp = false;
  let resourceDiff = 0;
  for (const resource of ['cpuMilli', 'memory'] as const) {
    // In thousandths, as quantities are compared.
    const scale = resource === 'memory' ? 1000 : 1;
    let requests = 0;
    let targets = 0;
    for (const container of containers) {
      const recommendation = recommended.get(container.name);
      if (recommendation === undefined) continue;
      const { target, lowerBound, upperBound } = recommendation;
      targets += target[resource] * scale;
      const request = container[resource];
      if (request === undefined) {
        scaleUp = true;
        outsideRecommendedRange = true;
        continue;
      }
      requests += request * scale;
      if (target[resource] > request) scaleUp = true;
      if (request < lowerBound[resource] || request > upperBound[resource]) outsideRecommendedRange = true;
    }
    const total = Math.max(requests, 1);
    resourceDiff += Math.abs(total - targets) / total;
  }
  return { outsideRecommendedRange, scaleUp, resourceDiff };
}

/** The pods to update, the most urgent first: those that want more, then those that differ most. */
export function podsToUpdate<Pod extends UpdatablePod>(
  pods: readonly Pod[],
  recommendedFor: (pod: Pod) => ReadonlyMap<string, Recommendation>,
): Pod[] {
  return pods
    .map((pod) => ({ pod, priority: updatePriority(pod.containers, recommendedFor(pod)) }))
    .filter(({ pod, priority }) => wants(pod, priority))
    .sort(({ priority: a }, { priority: b }) =>
      a.scaleUp === b.scaleUp ? b.resourceDiff - a.resourceDiff : a.scaleUp ? -1 : 1,
    )
    .map(({ pod }) => pod);
}

function wants({ ageUs, oomKills }: UpdatablePod, { outsideRecommendedRange, resourceDiff }: UpdatePriority): boolean {
  const quickOom = oomKills.some(({ livedUs, agoUs }) => livedUs < QUICK_OOM_US && agoUs < QUICK_OOM_US);
  if (quickOom && resourceDiff === 0) return false;
  if (outsideRecommendedRange || quickOom) return true;
  return ageUs !== undefined && ageUs >= LIFETIME_US && resourceDiff >= LEAST_CHANGE;
}
