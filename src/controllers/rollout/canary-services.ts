// Which Service of a canary has the stable pods and which the new ones: named so, or two that take turns (argo-rollouts 1.10, utils/trafficrouting).
import type { Rollout, RolloutStatus } from './rollout-objects.ts';

interface CanaryServices {
  readonly stableService: string | undefined;
  readonly canaryService: string | undefined;
}

/** The Services that traffic is divided between. */
export function canaryServicesOf({ spec, status }: Rollout): CanaryServices {
  const { pingPong, stableService, canaryService } = spec.strategy.canary ?? {};
  if (pingPong === undefined) return { stableService, canaryService };
  const { pingService, pongService } = pingPong;
  return status?.canary?.stablePingPong === 'ping'
    ? { stableService: pingService, canaryService: pongService }
    : { stableService: pongService, canaryService: pingService };
}

/** A revision that becomes stable keeps its Service, and the other one is for the next revision. */
export function nextTurn({ spec }: Rollout, { canary }: RolloutStatus): 'ping' | 'pong' | undefined {
  if (spec.strategy.canary?.pingPong === undefined) return undefined;
  return canary?.stablePingPong === 'ping' ? 'pong' : 'ping';
}
