// Why a PodDisruptionBudget allows no eviction, or how many: what it asks for, what there is, and the pods that are missing.
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { counted } from '../../lib/plural.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isActive, PodBit } from '../../model/pods.ts';
import type { PodRow } from '../../model/rows.ts';
import type { World } from '../build.ts';

/** Names that a sentence has at most. */
const MOST_NAMES = 5;

export function budgetFacts(world: World, object: KubeObject, pods: readonly PodRow[]): string[] {
  const { spec = {}, status } = object as unknown as PodDisruptionBudget;
  const { minAvailable, maxUnavailable } = spec;
  const asks = minAvailable === undefined ? `maxUnavailable ${maxUnavailable ?? 1}` : `minAvailable ${minAvailable}`;
  if (status?.expectedPods === undefined) return [`${asks}: its controller has not counted its pods yet`];
  const { expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed, disruptedPods = {} } = status;
  const may = disruptionsAllowed === 0 ? 'none may be evicted' : `${disruptionsAllowed} may be evicted`;
  const facts = [
    `${asks} of ${counted(expectedPods, 'pod')}: ${desiredHealthy} must be healthy, ${currentHealthy} are, ${may}`,
  ];
  const unhealthy = pods.filter((pod) => !isHealthy(world, pod));
  if (disruptionsAllowed === 0 && unhealthy.length > 0)
    facts.push(`evictions wait until ${named(world, unhealthy)} ${unhealthy.length === 1 ? 'is' : 'are'} healthy`);
  else if (disruptionsAllowed === 0 && expectedPods > 0 && desiredHealthy >= expectedPods)
    facts.push(`it asks for all pods that there are: no drain ever ends unless there are more, or it asks for fewer`);
  const evicted = Object.keys(disruptedPods);
  if (evicted.length > 0)
    facts.push(`counted as evicted though they are still there: ${evicted.slice(0, MOST_NAMES).join(', ')}`);
  return facts;
}

function isHealthy({ state: { pods } }: World, pod: PodRow): boolean {
  return isActive(pods.state[pod]) && (pods.state[pod] & PodBit.Ready) !== 0;
}

function named({ state }: World, pods: readonly PodRow[]): string {
  const names = pods.slice(0, MOST_NAMES).map((pod) => state.podName(pod));
  const more = pods.length - names.length;
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`;
}
