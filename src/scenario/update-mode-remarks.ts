// What is worth noting about the update modes of VerticalPodAutoscalers: those that do nothing.
import { didYouMean } from '../lib/suggest.ts';
import { valueAt } from './document.ts';
import { objectId } from './objects.ts';
import type { Scenario, ScenarioObject } from './scenario.ts';

const MODES = ['Off', 'Initial', 'Recreate', 'InPlaceOrRecreate', 'Auto'];
/** Alpha in 1.7. */
const GATED = 'InPlace';

export function updateModeRemarks(scenario: Scenario, objects: readonly ScenarioObject[]): string[] {
  const later = scenario.timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  return [...objects, ...later].flatMap(({ object }) => {
    if (object.kind !== 'VerticalPodAutoscaler') return [];
    const mode = valueAt(object, ['spec', 'updatePolicy', 'updateMode']);
    if (typeof mode !== 'string' || MODES.includes(mode)) return [];
    const why =
      mode === GATED
        ? 'which is behind a feature gate that is off'
        : `which is none of ${MODES.join(', ')}${didYouMean(mode, MODES)}`;
    return [`${objectId(object)} has the updateMode ${mode}, ${why}: it updates no pods that run`];
  });
}
