// Whether a scenario has autoscalers, and how they work when it does not say.
import type { Autoscaling } from '../model/settings/autoscaling.ts';
import { type InputDocument, valueAt } from './document.ts';
import { fillDefaults, isMapping, type Mapping } from './fill.ts';
import type { LoadedScenario } from './scenario.ts';
import { autoscaling } from './schema/autoscaling.ts';

const VERTICAL = 'VerticalPodAutoscaler';
const KINDS: ReadonlySet<unknown> = new Set(['HorizontalPodAutoscaler', VERTICAL]);

/** Gives the scenario a section `autoscaling` when an object of the input is an autoscaler. */
export function noteAutoscaling(scenario: InputDocument, objects: readonly InputDocument[]): void {
  const spec = valueAt(scenario.value, ['spec']);
  if (isMapping(spec) && objects.some(({ value }) => KINDS.has(valueAt(value, ['kind'])))) spec['autoscaling'] ??= {};
}

/** Whether there is an autoscaler, from the start or by the timeline: only then are metrics gathered. */
export function hasAutoscalers(loaded: LoadedScenario): boolean {
  return hasKind(loaded, (kind) => KINDS.has(kind));
}

export function hasVerticalAutoscalers(loaded: LoadedScenario): boolean {
  return hasKind(loaded, (kind) => kind === VERTICAL);
}

function hasKind({ objects, scenario }: LoadedScenario, wanted: (kind: string) => boolean): boolean {
  const applied = scenario.timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  return [...objects, ...applied].some(({ object }) => wanted(object.kind));
}

/** With the defaults alone: for autoscalers that come by the timeline. */
export function usualAutoscaling(preset: string): Autoscaling {
  const spec: Mapping = { preset, autoscaling: {} };
  fillDefaults(spec);
  return autoscaling.parse(spec['autoscaling']);
}
