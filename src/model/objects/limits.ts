// Limits that do nothing: no throttling and no killing for memory is simulated, so that a limit counts only where it becomes a request.
import type { Path, PathKey } from '../../lib/path.ts';
import { type DecodedObject, isPlainObject, type PlainObject } from './decode.ts';

const COMPUTE: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** The limits of pods and containers beside which there is a request, which is what counts. */
export function limitsWithoutEffect(object: DecodedObject): { readonly keys: Path; readonly path: string }[] {
  const base = object.kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'];
  let spec: unknown = object;
  for (const key of base) spec = isPlainObject(spec) ? spec[key] : undefined;
  if (!isPlainObject(spec)) return [];
  const at = base.join('.');
  return [
    ...ofOne(spec, base, at),
    ...ofAll(spec, 'containers', base, at),
    ...ofAll(spec, 'initContainers', base, at),
  ];
}

function ofAll(spec: PlainObject, list: string, base: readonly string[], at: string) {
  const items = spec[list];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, index) => ofOne(item, [...base, list, index], `${at}.${list}[]`));
}

function ofOne(holder: unknown, keys: readonly PathKey[], at: string): { keys: Path; path: string }[] {
  const resources = isPlainObject(holder) ? holder['resources'] : undefined;
  if (!isPlainObject(resources) || !isPlainObject(resources['limits'])) return [];
  const requests = isPlainObject(resources['requests']) ? resources['requests'] : {};
  return Object.keys(resources['limits'])
    .filter((name) => COMPUTE.has(name) && Object.hasOwn(requests, name))
    .map((name) => ({
      keys: [...keys, 'resources', 'limits', name],
      path: `${at}.resources.limits.${name}`,
    }));
}
