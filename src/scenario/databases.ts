// Which databases a scenario has, by name: StatefulSets whose pods run such an image, and images that others run.
import { imageName } from '../model/settings/behavior.ts';
import { Role } from '../model/settings/database.ts';
import { behaviorOf } from './behaviors.ts';
import { isMapping } from './fill.ts';
import { valueAt } from './document.ts';
import type { Known } from './known.ts';
import type { KubernetesObject, Scenario } from './scenario.ts';
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

/** The Service as it selects pods of the object before an operator has said in a label what they are. */
export function withoutRole(
  service: KubernetesObject,
  object: KubernetesObject,
  scenario: Pick<Scenario, 'behaviors' | 'defaultBehavior'>,
): KubernetesObject {
  const selector = valueAt(service, ['spec', 'selector']);
  if (object.kind !== 'StatefulSet' || !isMapping(selector)) return service;
  const roles: readonly unknown[] = Object.values(Role);
  const labels = new Set<string | undefined>();
  for (const { image } of podTemplate(object)?.containers ?? [])
    labels.add(behaviorOf(scenario, image).database?.label);
  const left = Object.entries(selector).filter(([key, value]) => !labels.has(key) || !roles.includes(value));
  return { ...service, spec: { selector: Object.fromEntries(left) } };
}
