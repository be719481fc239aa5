// What is worth noting about the update modes of VerticalPodAutoscalers: one that does nothing.
import { valueAt } from './document.ts';
import { objectId } from './objects.ts';
import type { Scenario, ScenarioObject } from './scenario.ts';

/** Alpha in 1.7. */
const GATED = 'InPlace';

export function updateModeRemarks(scenario: Scenario, objects: readonly ScenarioObject[]): string[] {
  const later = scenario.timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  return [...objects, ...later].flatMap(({ object }) => {
    if (object.kind !== 'VerticalPodAutoscaler') return [];
    if (valueAt(object, ['spec', 'updatePolicy', 'updateMode']) !== GATED) return [];
    return [
      `${objectId(object)} has the updateMode ${GATED}, which is behind a feature gate that is off: it updates no pods that run`,
    ];
  });
}
