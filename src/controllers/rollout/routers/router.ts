// What a traffic router of a Rollout does in one sync, in Argo's order: managed routes, the hashes of subsets, weights.
import type { Steps } from '../../kit/sync.ts';
import type { HeaderRoute, MirrorRoute, TrafficWeights } from '../rollout-objects.ts';

/** A refused write, or an object that is not as it must be, throws SyncFailed. */
export interface TrafficRouter {
  /** Those of `managedRoutes` go. */
  removeManagedRoutes(): Steps;
  setHeaderRoute(route: HeaderRoute): Steps;
  setMirrorRoute(route: MirrorRoute): Steps;
  /** Whose pods are the canary's, and whose the stable's. */
  updateHash(weights: TrafficWeights): Steps;
  setWeight(weights: TrafficWeights): Steps;
  /** True once it does so, undefined where nobody asks. */
  verify(weights: TrafficWeights): boolean | undefined;
}

export function* nothing(): Steps {}

/** A router of weights alone: validation lets no Rollout with such a router have routes of its own. */
export abstract class WeightRouter implements TrafficRouter {
  readonly removeManagedRoutes = nothing;
  readonly setHeaderRoute = nothing;
  readonly setMirrorRoute = nothing;
  readonly updateHash = nothing;

  abstract setWeight(weights: TrafficWeights): Steps;
  abstract verify(weights: TrafficWeights): boolean | undefined;
}
