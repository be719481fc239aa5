// The traffic of a canary: which pods its two Services select, and what weight the router gives the new ones.
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { atDesiredSizes } from './at-desired-sizes.ts';
import { canaryServicesOf } from './canary-services.ts';
import { currentSetWeight, currentStep, lastSetWeight, stepsOf, wholeWeight } from './canary-steps.ts';
import { experimentWeights } from './experiments.ts';
import { availableReplicas, hashOf, isFullyPromoted, type TrafficWeights } from './rollout-objects.ts';
import { revisionOf } from './rollout-annotations.ts';
import type { TrafficRouter } from './routers/router.ts';
import { podsFor, weightOnTheWayBack } from './routed-canary-sizes.ts';
import { selectSet } from './rollout-services.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** How long after a weight that the router does not have yet it is asked again. */
const VERIFY_INTERVAL_US = 10e6;

/** False while one of the Services, new to Argo, waits for pods: then nothing is routed either. */
export function* selectStableAndCanary(work: RolloutSync): Steps<boolean> {
  const { newest, stable, rollout, pause } = work;
  const { canaryService, stableService, trafficRouting, pingPong } = rollout.spec.strategy.canary ?? {};
  // Of two Services that take turns the new revision has its own at once, and keeps it.
  if (pingPong !== undefined && !isFullyPromoted(rollout))
    yield* selectSet(work, canaryServicesOf(rollout).canaryService, newest, false);
  const begun = yield* selectSet(work, stableService, stable, true);
  if (pause.isAborted && trafficRouting === undefined) return yield* selectSet(work, canaryService, stable, true);
  // The stable one may be too small to take the traffic back at once.
  if (rollingBackFrom(work) !== undefined) return begun;
  return (yield* selectSet(work, canaryService, newest, true)) && begun;
}

/**
 * In the middle of an update with `dynamicStableScale` the template became that of the stable ReplicaSet again, which is too small: the
 * hash from which the traffic comes back.
 */
function rollingBackFrom({ rollout, newest, replicas }: RolloutSync): string | undefined {
  const { trafficRouting, dynamicStableScale } = rollout.spec.strategy.canary ?? {};
  if (trafficRouting === undefined || dynamicStableScale !== true || !isFullyPromoted(rollout)) return undefined;
  const from = rollout.status?.canary?.weights?.canary.podTemplateHash;
  return from !== undefined && from !== hashOf(newest) && availableReplicas(newest) < replicas ? from : undefined;
}

export function* routeTraffic(work: RolloutSync): Steps {
  const { rollout, newest, stable, port } = work;
  const { canaryService, stableService } = canaryServicesOf(rollout);
  const routers = port.routers(rollout);
  if (routers.length === 0) {
    work.weights = undefined;
    return;
  }
  const back = rollingBackFrom(work);
  const weight = back === undefined ? desiredWeight(work) : (weightNow(work) ?? 0);
  if (back === undefined && !isFullyPromoted(rollout) && work.pause.isAborted && weight === 0) {
    yield* selectSet(work, canaryService, stable, false);
  }
  const additional = back === undefined && isExperimenting(work) ? experimentWeights(work) : [];
  const rest = additional.reduce((sum, one) => sum + one.weight, 0);
  const weights: TrafficWeights = {
    canary: { weight, podTemplateHash: back ?? hashOf(newest), serviceName: canaryService },
    stable: {
      weight: wholeWeight(rollout) - weight - rest,
      podTemplateHash: hashOf(stable),
      serviceName: stableService,
    },
    ...(additional.length === 0 ? {} : { additional }),
  };
  let verified: boolean | undefined;
  for (const router of routers) {
    if (back === undefined && endsManagedRoutes(work)) yield* router.removeManagedRoutes();
    yield* setRoutes(work, router);
    yield* router.updateHash(weights);
    try {
      yield* router.setWeight(weights);
    } catch (error) {
      if (error instanceof SyncFailed) port.event('Warning', 'TrafficRoutingError', error.message);
      throw error;
    }
    verified = router.verify(weights);
  }
  const before = rollout.status?.canary?.weights;
  if (before === undefined || !sameWeights(before, weights)) tellWeight(work, before, weights);
  work.weights = { ...weights, verified };
  if (verified === false) port.syncAfter(VERIFY_INTERVAL_US);
}

/** The update is over, given up, or promoted in full: routes for headers and mirrors go. */
function endsManagedRoutes({ rollout, pause, newest }: RolloutSync): boolean {
  if (isFullyPromoted(rollout) || pause.isAborted) return true;
  return availableReplicas(newest) > 0 && rollout.status?.promoteFull === true;
}

/** At the steps `setHeaderRoute` and `setMirrorRoute` of an update; the first revision goes through none. */
function* setRoutes({ rollout }: RolloutSync, router: TrafficRouter): Steps {
  const { step } = currentStep(rollout);
  if (step === undefined || revisionOf(rollout) <= 1) return;
  if (step.setHeaderRoute !== undefined) yield* router.setHeaderRoute(step.setHeaderRoute);
  if (step.setMirrorRoute !== undefined) yield* router.setMirrorRoute(step.setMirrorRoute);
}

/** While steps are gone through, an experiment may have traffic. */
function isExperimenting({ rollout, pause, newest }: RolloutSync): boolean {
  if (isFullyPromoted(rollout) || pause.isAborted) return false;
  return availableReplicas(newest) === 0 || rollout.status?.promoteFull !== true;
}

function desiredWeight(work: RolloutSync): number {
  const { rollout, newest, stable, others, replicas } = work;
  const { dynamicStableScale } = rollout.spec.strategy.canary ?? {};
  if (isFullyPromoted(rollout)) return 0;
  if (work.pause.isAborted) return weightOnAbort(work);
  if (newest === undefined || availableReplicas(newest) === 0) return whenStableCan(work, 0);
  if (rollout.status?.promoteFull === true) {
    // Only as much as its pods can take.
    if (dynamicStableScale === true) return Math.trunc((wholeWeight(rollout) * availableReplicas(newest)) / replicas);
    return weightNow(work) ?? 0;
  }
  const { index } = currentStep(rollout);
  if (index === undefined) return 0;
  const ready = atDesiredSizes(rollout, { newest, stable, others }, undefined);
  if (!ready) return whenStableCan(work, lastSetWeight(rollout, index - 1));
  return index === stepsOf(rollout).length ? wholeWeight(rollout) : whenStableCan(work, currentSetWeight(rollout));
}

/** On an abort: nothing, unless the stable ReplicaSet has to grow for it first. */
function weightOnAbort(work: RolloutSync): number {
  const { rollout, newest, stable, replicas } = work;
  if (rollout.spec.strategy.canary?.dynamicStableScale !== true) return 0;
  const next = weightOnTheWayBack(rollout, { newest, stable });
  if (next > 0) return whenStableCan(work, next);
  // On the last stretch, as much as the stable one cannot take yet. Never up again when a pod of it fails.
  const whole = wholeWeight(rollout);
  const rest = whole - Math.trunc((whole * availableReplicas(stable)) / replicas);
  return Math.min(rest, weightNow(work) ?? rest);
}

/** Less traffic for the canary than now only once the stable ReplicaSet, which was scaled down, can take the rest. */
function whenStableCan(work: RolloutSync, weight: number): number {
  const { rollout, stable } = work;
  const now = weightNow(work);
  if (rollout.spec.strategy.canary?.dynamicStableScale !== true || now === undefined || now <= weight) return weight;
  return availableReplicas(stable) >= podsFor(rollout, wholeWeight(rollout) - weight) ? weight : now;
}

function weightNow({ rollout }: RolloutSync): number | undefined {
  return rollout.status?.canary?.weights?.canary.weight;
}

function sameWeights(a: TrafficWeights, b: TrafficWeights): boolean {
  const one = ({ canary, stable, additional = [] }: TrafficWeights): string =>
    [canary, stable, ...additional]
      .map(({ weight, podTemplateHash = '', serviceName = '' }) => `${weight} ${podTemplateHash} ${serviceName}`)
      .join();
  return one(a) === one(b);
}

function tellWeight(
  work: RolloutSync,
  before: TrafficWeights | undefined,
  { canary, additional }: TrafficWeights,
): void {
  const { weight } = canary;
  const how: string[] = [];
  if (before === undefined) how.push(`to ${weight}`);
  else {
    if (before.canary.weight !== weight) how.push(`from ${before.canary.weight} to ${weight}`);
    const more = additionalText(additional);
    if (additionalText(before.additional) !== more) how.push(`additional: ${more}`);
  }
  work.port.event('Normal', 'TrafficWeightUpdated', `Traffic weight updated ${how.join(', ')}`);
}

/** As Go prints them. */
function additionalText(weights: TrafficWeights['additional'] = []): string {
  const each = weights.map(
    ({ weight, serviceName = '', podTemplateHash = '' }) => `{${weight} ${serviceName} ${podTemplateHash}}`,
  );
  return `[${each.join(' ')}]`;
}
