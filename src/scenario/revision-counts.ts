// Whether requests are counted by the revision that served them: where something rolls out in a way that is judged by it, or a figure asks.
import type { LoadedScenario } from './scenario.ts';

const FIGURES = /^(revision|release)\./;
/** What brings another template, or the way back to one. */
const ROLLS: ReadonlySet<string> = new Set(['setImage', 'rolloutUndo', 'rolloutRestart', 'argoRollouts']);

export function countsByRevision({ objects, scenario }: LoadedScenario): boolean {
  return (
    scenario.rollouts.length > 0 ||
    scenario.expect.some(({ figure }) => FIGURES.test(figure.pattern)) ||
    scenario.timeline.some(({ action }) => ROLLS.has(action.type)) ||
    objects.some(({ object }) => object.kind === 'Rollout')
  );
}
