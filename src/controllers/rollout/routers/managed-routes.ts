// The routes that a Rollout makes and takes away by itself, in the order in which they come before the others.
import type { Rollout } from '../rollout-objects.ts';

export function managedRouteNames({ spec }: Rollout): readonly string[] {
  return (spec.strategy.canary?.trafficRouting?.managedRoutes ?? []).map(({ name }) => name);
}
