// Hooks of whose length the manifest does not say all are named among the assumptions: what is not a sleep is taken to be done at once.
import type { Container } from 'kubernetes-types/core/v1.js';
import { hookLength } from '../model/objects/hook-length.ts';
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
        const read = handler === undefined ? undefined : hookLength(handler);
        if (handler === undefined || read?.whole === true || given !== undefined) return [];
        const where = `${object.kind}/${object.metadata.name} ${container.name}`;
        return [
          {
            field: `${where} lifecycle.${name}`,
            value: read === undefined ? 'takes no time' : 'takes no time after its sleep',
            mark: 'A',
          },
        ];
      }),
    );
  });
}
