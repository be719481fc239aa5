// Whether requests are counted by the revision that served them: where strategies divide them by revision, or a figure asks.
import type { LoadedScenario } from './scenario.ts';

export function countsByRevision({ objects, scenario }: LoadedScenario): boolean {
  return (
    scenario.rollouts.length > 0 ||
    scenario.expect.some(({ figure }) => figure.pattern.startsWith('revision.')) ||
    objects.some(({ object }) => object.kind === 'Rollout')
  );
}
