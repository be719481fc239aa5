// Whether the input has NetworkPolicies, from the start or by the timeline: only then is each connection looked at.
import { allObjects } from './routes.ts';
import type { LoadedScenario } from './scenario.ts';

export function hasNetworkPolicies(loaded: LoadedScenario): boolean {
  return allObjects(loaded).some(({ kind }) => kind === 'NetworkPolicy');
}
