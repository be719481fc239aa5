// Which databases a scenario has, by name: StatefulSets whose pods run such an image, and images that others run.
import { imageName } from '../model/settings/behavior.ts';
import { behaviorOf } from './behaviors.ts';
import type { Known } from './known.ts';
import type { Scenario } from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';
import { podTemplate } from './workloads.ts';

/** `namespace/name`. */
export function databaseNames({ behaviors }: ParsedSpec, known: Known): string[] {
  const scenario = { behaviors, defaultBehavior: { image: '' } as Scenario['defaultBehavior'] };
  const names = new Set<string>();
  for (const object of known.byId.values()) {
    const image = podTemplate(object)?.containers?.find((one) => behaviorOf(scenario, one.image).database)?.image;
    if (image === undefined) continue;
    const { name, namespace = 'default' } = object.metadata;
    names.add(`${namespace}/${object.kind === 'StatefulSet' ? name : imageName(image).split('/').at(-1)}`);
  }
  return [...names];
}
