// The eviction of a pod: its PodDisruptionBudget is asked, and pays (pkg/registry/core/pod/storage/eviction.go).
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { timestamp } from '../../lib/timestamp.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import { PodBit, PodPhase } from '../../model/pods.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Commit } from '../requests/commit-context.ts';
import { endPod } from '../requests/delete-pod.ts';
import { replaceObject } from '../requests/update-object.ts';
import { forbidden, Refusal } from './status.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';

type Budget = PodDisruptionBudget & { readonly metadata: { readonly name: string; readonly generation?: number } };

const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";
/** Evictions of one budget whose pods the controller has not seen go. */
const MOST_DISRUPTED = 2000;
const PROCESSING_RETRY_SECONDS = 10;

/** Evicts a pod, or throws the refusal of its budget. The pod's condition DisruptionTarget comes with its deletion. A dry run only asks. */
export function evictPod(at: Commit, pod: PodRow, gracePeriodSeconds: number, dryRun: boolean): void {
  const { state, clock } = at;
  const { pods } = state;
  const row = budgetOf(state, pod);
  if (row >= 0) {
    const budget = state.objects.get(row) as Budget;
    const next = withOneDisruption(budget, state.podName(pod), (pods.state[pod] & PodBit.Ready) !== 0, clock.now);
    if (next !== undefined && !dryRun) replaceObject(at, row, budget as never, next as never, true);
  }
  if (dryRun) return;
  pods.state[pod] |= PodBit.Disrupted;
  pods.evicted.add(pod);
  endPod(at, pod, gracePeriodSeconds);
}

/** The row of the budget that must agree; -1 where none is asked. */
function budgetOf(state: ClusterState, pod: PodRow): ObjectRow {
  const { pods, classes, objects } = state;
  const bits = pods.state[pod];
  const isIgnored = (bits & PodBit.PhaseMask) !== PodPhase.Running || (bits & PodBit.Deleting) !== 0;
  if (isIgnored) return -1;
  const { namespace, labels } = classes.get(pods.podClass[pod]);
  const rows = [...objects.ofKind('PodDisruptionBudget')].filter((row) => {
    const budget = objects.get(row) as Budget | undefined;
    if (budget === undefined || objects.namespace[row] !== namespace) return false;
    return compileLabelSelector(budget.spec?.selector).matches(labels);
  });
  if (rows.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new Refusal(500, 'InternalError', message);
  }
  return rows[0] ?? -1;
}

/** The budget with one disruption less to give; undefined for a pod that is not ready and costs nothing. */
function withOneDisruption(budget: Budget, pod: string, ready: boolean, nowUs: number): Budget | undefined {
  const { metadata, spec, status } = budget;
  const { currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0, disruptedPods = {} } = status ?? {};
  const { unhealthyPodEvictionPolicy = 'IfHealthyBudget' } = (spec ?? {}) as { unhealthyPodEvictionPolicy?: string };
  if (!ready) {
    if (unhealthyPodEvictionPolicy === 'AlwaysAllow') return undefined;
    if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return undefined;
  }
  const { name } = metadata;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, PROCESSING_RETRY_SECONDS);
  }
  const forbid = (why: string): Refusal => forbidden(`poddisruptionbudget.policy "${name}" is forbidden: ${why}`);
  if (disruptionsAllowed < 0) throw forbid('pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > MOST_DISRUPTED) {
    throw forbid('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (disruptionsAllowed === 0) {
    const short = `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    const why = currentHealthy <= desiredHealthy ? short : 'does not allow evicting pods currently';
    throw tooMany(`The disruption budget ${name} ${why}`);
  }
  const disrupted = { ...disruptedPods, [pod]: timestamp(nowUs) };
  return {
    ...budget,
    status: { ...status, disruptionsAllowed: disruptionsAllowed - 1, disruptedPods: disrupted } as never,
  };
}

function tooMany(cause: string, retryAfterSeconds?: number): Refusal {
  return new Refusal(429, 'TooManyRequests', VIOLATES, {
    causes: [{ reason: 'DisruptionBudget', message: cause }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
