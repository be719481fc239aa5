// The status of a PodDisruptionBudget: how many of its pods are healthy, how many have to be (pkg/controller/disruption).
import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1.js';
import { tryResolveIntOrPercent } from '../../model/parse/int-or-percent.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** A pod that is to be evicted counts as gone for so long. */
const DELETION_TIMEOUT_US = 120e6;

export interface BudgetedPod {
  readonly name: string;
  /** Its controller, undefined for a pod without one; the scale of each is asked for once. */
  readonly controller: ObjectRow | undefined;
  readonly ready: boolean;
  readonly terminating: boolean;
}

export interface BudgetStatus {
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  readonly disruptionsAllowed: number;
  /** By name: when the eviction was granted, µs. */
  readonly disruptedPods: ReadonlyMap<string, number>;
  /** Pods that have no controller where their controllers' scale counts. */
  readonly unmanaged: readonly string[];
  /** When an eviction that did not happen is forgotten, µs; infinity for never. */
  readonly recheckAtUs: number;
}

/** `scaleOf` gives the replicas that a controller is to have, or why it has no scale; undefined for one that is not there. Gives the error's text for a controller without a scale. */
export function budgetStatus(
  spec: PodDisruptionBudgetSpec,
  pods: readonly BudgetedPod[],
  scaleOf: (controller: ObjectRow) => number | undefined | { readonly error: string },
  disrupted: ReadonlyMap<string, number>,
  nowUs: number,
): BudgetStatus | { readonly error: string } {
  const expected = expectedPods(spec, pods, scaleOf);
  if ('error' in expected) return expected;
  const { desiredHealthy, expectedPods: count, unmanaged } = expected;
  const disruptedPods = new Map<string, number>();
  let recheckAtUs = Number.POSITIVE_INFINITY;
  for (const { name, terminating } of pods) {
    const at = disrupted.get(name);
    if (at === undefined || terminating || at + DELETION_TIMEOUT_US < nowUs) continue;
    disruptedPods.set(name, at);
    recheckAtUs = Math.min(recheckAtUs, at + DELETION_TIMEOUT_US);
  }
  const leaves = (name: string): boolean => (disruptedPods.get(name) ?? -Infinity) + DELETION_TIMEOUT_US > nowUs;
  const currentHealthy = pods.filter((pod) => pod.ready && !pod.terminating && !leaves(pod.name)).length;
  const disruptionsAllowed = count > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  return {
    currentHealthy,
    desiredHealthy,
    expectedPods: count,
    disruptionsAllowed,
    disruptedPods,
    unmanaged,
    recheckAtUs,
  };
}

interface Expected {
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  readonly unmanaged: readonly string[];
}

function expectedPods(
  { minAvailable, maxUnavailable }: PodDisruptionBudgetSpec,
  pods: readonly BudgetedPod[],
  scaleOf: (controller: ObjectRow) => number | undefined | { readonly error: string },
): Expected | { readonly error: string } {
  if (maxUnavailable === undefined && typeof minAvailable !== 'string') {
    return {
      desiredHealthy: minAvailable ?? 0,
      expectedPods: minAvailable === undefined ? 0 : pods.length,
      unmanaged: [],
    };
  }
  const unmanaged = pods.filter((pod) => pod.controller === undefined).map((pod) => pod.name);
  let scale = 0;
  for (const controller of new Set(pods.map((pod) => pod.controller))) {
    if (controller === undefined) continue;
    const replicas = scaleOf(controller);
    if (replicas === undefined) {
      const { name } = pods.find((pod) => pod.controller === controller) ?? { name: '' };
      return { error: `found no controllers for pod "${name}"` };
    }
    if (typeof replicas !== 'number') return replicas;
    scale += replicas;
  }
  const amount = tryResolveIntOrPercent(maxUnavailable ?? minAvailable ?? 0, scale, true);
  if ('error' in amount) return amount;
  const desiredHealthy = maxUnavailable === undefined ? amount.value : Math.max(0, scale - amount.value);
  return { desiredHealthy, expectedPods: scale, unmanaged };
}
