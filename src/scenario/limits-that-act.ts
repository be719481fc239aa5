// CPU limits act where pods share the processors of their node: there they are not said to have no effect.
import { behaviorOf } from './behaviors.ts';
import type { Ignored, Scenario, ScenarioObject } from './scenario.ts';

const CPU_LIMIT = /^(.*)\.resources\.limits\.cpu$/;

/** Without the CPU limits of containers that they throttle. */
export function withoutActingLimits(
  ignored: readonly Ignored[],
  scenario: Pick<Scenario, 'behaviors' | 'defaultBehavior'>,
  objects: readonly ScenarioObject[],
): Ignored[] {
  if (scenario.behaviors.every(({ requests }) => requests.compute !== 'nodeShared')) return [...ignored];
  const byId = new Map(
    objects.map(({ object: { kind, metadata, ...rest } }) => [
      `${kind}/${metadata.namespace ?? 'default'}/${metadata.name}`,
      rest,
    ]),
  );
  return ignored.filter(({ object, path }) => {
    const list = CPU_LIMIT.exec(path)?.[1];
    if (list === undefined) return true;
    const [kind, ...name] = object.split('/');
    const found = byId.get(`${kind}/${name.length === 1 ? 'default' : name[0]}/${name.at(-1)}`);
    const images = imagesAt(found, list.split('.'));
    return (
      images.length === 0 || !images.every((image) => behaviorOf(scenario, image).requests.compute === 'nodeShared')
    );
  });
}

/** Images of the containers of a list: `spec.template.spec.containers[]`. */
function imagesAt(value: unknown, keys: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const [key, ...rest] = keys;
  if (key === undefined) return 'image' in value && typeof value.image === 'string' ? [value.image] : [];
  const inner = (value as Readonly<Record<string, unknown>>)[key.replace('[]', '')];
  if (!key.endsWith('[]')) return imagesAt(inner, rest);
  return Array.isArray(inner) ? inner.flatMap((one) => imagesAt(one, rest)) : [];
}
