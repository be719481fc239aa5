// maxSurge and maxUnavailable of a Rollout in pods: Argo's own rounding and defaults.
import { type Rollout, rolloutReplicas } from './rollout-objects.ts';

const DEFAULT_LIMIT = '25%';

export function maxSurge(rollout: Rollout): number {
  return rollout.spec.strategy.canary === undefined ? 0 : limits(rollout).surge;
}

export function maxUnavailable(rollout: Rollout): number {
  const replicas = rolloutReplicas(rollout);
  const { blueGreen, canary } = rollout.spec.strategy;
  if (replicas === 0) return 0;
  const pods =
    canary === undefined
      ? resolve(blueGreen?.maxUnavailable ?? DEFAULT_LIMIT, replicas, Math.floor)
      : limits(rollout).unavailable;
  return Math.min(pods, replicas);
}

/** With both 0 after rounding nothing could move: then one pod may be missing. */
function limits(rollout: Rollout): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge: most = DEFAULT_LIMIT, maxUnavailable: missing = DEFAULT_LIMIT } =
    rollout.spec.strategy.canary ?? {};
  const surge = resolve(most, rolloutReplicas(rollout), Math.ceil);
  const unavailable = resolve(missing, rolloutReplicas(rollout), Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Unlike Kubernetes, Argo reads "25" as 25 %. */
function resolve(limit: number | string, total: number, round: (share: number) => number): number {
  return typeof limit === 'number' ? limit : round((Number.parseInt(limit, 10) * total) / 100) + 0;
}
