// What is worth noting about readiness gates of pods: those that nothing ever opens.
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { didYouMean } from '../lib/suggest.ts';
import { objectId } from './objects.ts';
import type { Scenario, ScenarioObject } from './scenario.ts';
import { podSpecOf } from './workloads.ts';

export function readinessGateRemarks(
  { readinessGates = [], timeline }: Scenario,
  objects: readonly ScenarioObject[],
): string[] {
  const set = readinessGates.map(({ conditionType }) => conditionType);
  const patches = timeline.map(({ action }) =>
    action.type === 'patch' && action.subresource === 'status' ? JSON.stringify(action.patch) : '',
  );
  const isOpened = (type: string): boolean =>
    set.includes(type) || patches.some((patch) => patch.includes(JSON.stringify(type)));
  const later = timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  return [...objects, ...later].flatMap(({ object }) => {
    const { readinessGates: gates = [] } = (podSpecOf(object) ?? {}) as Partial<PodSpec>;
    return gates
      .map(({ conditionType }) => conditionType)
      .filter((type) => !isOpened(type))
      .map(
        (type) =>
          `the pods of ${objectId(object)} are never ready: nothing sets the condition ${type} of their readiness gate (spec.readinessGates)${didYouMean(type, set)}`,
      );
  });
}
