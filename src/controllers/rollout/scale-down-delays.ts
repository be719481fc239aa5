// How long ReplicaSets that are no longer wanted stay up: after a promotion, and after an abort.
import type { Rollout } from './rollout-objects.ts';

const DEFAULT_DELAY_SECONDS = 30;

/** How long the old ReplicaSet stays after a promotion, in seconds. Without a router its pods would serve: it goes at once. */
export function scaleDownDelaySeconds({ spec: { strategy } }: Rollout): number {
  const { blueGreen, canary } = strategy;
  if (blueGreen !== undefined) return blueGreen.scaleDownDelaySeconds ?? DEFAULT_DELAY_SECONDS;
  return canary?.trafficRouting === undefined ? 0 : (canary.scaleDownDelaySeconds ?? DEFAULT_DELAY_SECONDS);
}

/** How many ReplicaSets may stay up by that. */
export function scaleDownRevisionLimit({ spec: { strategy } }: Rollout): number {
  return (strategy.blueGreen ?? strategy.canary)?.scaleDownDelayRevisionLimit ?? Number.POSITIVE_INFINITY;
}

/** How long the new ReplicaSet stays after an abort: seconds, undefined for ever (the manifest says 0). */
export function abortScaleDownDelay({ spec: { strategy } }: Rollout): {
  readonly seconds: number | undefined;
  /** The manifest says so. */
  readonly given: boolean;
} {
  const { blueGreen, canary } = strategy;
  const delayed = blueGreen ?? (canary?.trafficRouting === undefined ? undefined : canary);
  if (delayed === undefined) return { seconds: 0, given: false };
  const given = delayed.abortScaleDownDelaySeconds;
  if (given === undefined) return { seconds: DEFAULT_DELAY_SECONDS, given: false };
  return { seconds: given === 0 ? undefined : given, given: true };
}
