// Limits that do nothing: nothing is throttled, and only containers are killed for memory, so that other limits count only as a request or for the QoS class.
import type { Path, PathKey } from '../../lib/path.ts';
import { parseQuantity } from '../parse/quantity.ts';
import { type DecodedObject, isPlainObject, type PlainObject } from './decode.ts';

const OF_PODS: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const OF_CONTAINERS: ReadonlySet<string> = new Set(['cpu', 'ephemeral-storage']);

/** The limits of pods and containers beside which there is another request, which is what counts. */
export function limitsWithoutEffect(object: DecodedObject): { readonly keys: Path; readonly path: string }[] {
  const base = object.kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'];
  let spec: unknown = object;
  for (const key of base) spec = isPlainObject(spec) ? spec[key] : undefined;
  if (!isPlainObject(spec)) return [];
  const at = base.join('.');
  return [
    ...ofOne(spec, OF_PODS, base, at),
    ...ofAll(spec, 'containers', base, at),
    ...ofAll(spec, 'initContainers', base, at),
  ];
}

function ofAll(spec: PlainObject, list: string, base: readonly string[], at: string) {
  const items = spec[list];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, index) => ofOne(item, OF_CONTAINERS, [...base, list, index], `${at}.${list}[]`));
}

function ofOne(
  holder: unknown,
  names: ReadonlySet<string>,
  keys: readonly PathKey[],
  at: string,
): { keys: Path; path: string }[] {
  const resources = isPlainObject(holder) ? holder['resources'] : undefined;
  const limits = isPlainObject(resources) ? resources['limits'] : undefined;
  if (!isPlainObject(resources) || !isPlainObject(limits)) return [];
  const requests = isPlainObject(resources['requests']) ? resources['requests'] : {};
  return Object.keys(limits)
    .filter((name) => names.has(name) && differs(limits[name], requests[name]))
    .map((name) => ({
      keys: [...keys, 'resources', 'limits', name],
      path: `${at}.resources.limits.${name}`,
    }));
}

/** Without a request the limit becomes it. */
function differs(limit: unknown, request: unknown): boolean {
  if (!isQuantity(limit) || !isQuantity(request)) return false;
  return parseQuantity(limit).compare(parseQuantity(request)) !== 0;
}

function isQuantity(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
