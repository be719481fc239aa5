// Hooks of whose length nothing is known are named among the assumptions: they are taken to be done at once.
import type { Container } from 'kubernetes-types/core/v1.js';
import { hookUs } from '../model/objects/hook-length.ts';
import { behaviorOf } from './behaviors.ts';
import type { Assumption, Scenario, ScenarioObject } from './scenario.ts';
import { podSpecOf } from './workloads.ts';

export function hookAssumptions(scenario: Scenario, objects: readonly ScenarioObject[]): Assumption[] {
  return objects.flatMap(({ object }) => {
    const spec = podSpecOf(object) as { containers?: Container[]; initContainers?: Container[] } | undefined;
    return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap((container) =>
      (['postStart', 'preStop'] as const).flatMap((name): Assumption[] => {
        const handler = container.lifecycle?.[name];
        const given = behaviorOf(scenario, container.image ?? '').hooks[name];
        if (handler === undefined || hookUs(handler) !== undefined || given !== undefined) return [];
        const where = `${object.kind}/${object.metadata.name} ${container.name}`;
        return [{ field: `${where} lifecycle.${name}`, value: 'takes no time', mark: 'A' }];
      }),
    );
  });
}
