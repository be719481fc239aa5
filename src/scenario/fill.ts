// Fills defaults into a raw Scenario document before it is checked, and records which fields it filled.
import { DEFAULTS } from './defaults.ts';
import type { Default } from './default.ts';
import type { Assumption } from './scenario.ts';

export type Mapping = Record<string, unknown>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gives a raw `spec` its defaults, in place; parts of a wrong type are left for the check to report. */
export function fillDefaults(spec: Mapping): Assumption[] {
  const assumptions: Assumption[] = [];
  const ideal = spec['preset'] === 'ideal';
  if (keepsConnections(spec)) spec['connections'] ??= {};
  for (const one of DEFAULTS) fill(spec, one.field.split('.'), 'spec', one, ideal, assumptions);
  fillImageSizes(spec);
  return assumptions;
}

/** Gives a further item of a list of `spec` the defaults of such items, and returns it. */
export function fillItem(spec: Mapping, list: string, item: unknown, assumptions: Assumption[]): unknown {
  const alone: Mapping = { preset: spec['preset'], kubelet: spec['kubelet'], [list]: [item] };
  const ideal = alone['preset'] === 'ideal';
  for (const one of DEFAULTS) {
    if (one.field.startsWith(`${list}[]`)) fill(alone, one.field.split('.'), 'spec', one, ideal, assumptions);
  }
  fillImageSizes(alone);
  return item;
}

function fill(
  node: unknown,
  parts: readonly string[],
  at: string,
  one: Default,
  ideal: boolean,
  out: Assumption[],
): void {
  const [part, ...rest] = parts;
  if (part === undefined || !isMapping(node)) return;
  if (part.endsWith('[]')) {
    const key = part.slice(0, -2);
    const items = node[key];
    if (!Array.isArray(items)) return;
    for (const [index, item] of items.entries())
      fill(item, rest, `${at}.${key}${selector(item, index)}`, one, ideal, out);
    return;
  }
  const onlyIfThere = part.endsWith('?');
  const key = onlyIfThere ? part.slice(0, -1) : part;
  const below = `${at}.${key}`;
  if (rest.length > 0) {
    if (!onlyIfThere) node[key] ??= {};
    fill(node[key], rest, below, one, ideal, out);
    return;
  }
  if (node[key] !== undefined && node[key] !== null) return;
  const useIdeal = ideal && one.ideal !== undefined;
  const value = useIdeal ? one.ideal : one.value;
  node[key] = structuredClone(value);
  if (one.mark !== undefined && !useIdeal) out.push({ field: below, value: writeValue(value), mark: one.mark });
}

/** Whether a call or a source says how it keeps connections, or a mesh keeps them. */
function keepsConnections({ behaviors, traffic }: Mapping): boolean {
  const items = (list: unknown): Mapping[] => (Array.isArray(list) ? list.filter(isMapping) : []);
  const callers = [...items(traffic), ...items(behaviors).flatMap(({ calls }) => items(calls))];
  const isMeshed = items(behaviors).some(({ mesh }) => isMapping(mesh));
  return isMeshed || callers.some((one) => isMapping(one['connections']));
}

/** An image without a size of its own has the usual one. */
function fillImageSizes(spec: Mapping): void {
  const imagePull = isMapping(spec['kubelet']) ? spec['kubelet']['imagePull'] : undefined;
  if (!Array.isArray(spec['behaviors']) || !isMapping(imagePull)) return;
  for (const behavior of spec['behaviors']) {
    if (isMapping(behavior) && behavior['layers'] === undefined) behavior['imageSize'] ??= imagePull['imageSize'];
  }
}

/** `[name=web]` where the item has a name, else `[0]`: what `--set` understands. */
function selector(item: unknown, index: number): string {
  if (isMapping(item)) {
    for (const key of ['name', 'image']) if (typeof item[key] === 'string') return `[${key}=${item[key]}]`;
  }
  return `[${index}]`;
}

/** A value in the notation of the scenario, on one line. */
export function writeValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  if (isMapping(value)) {
    const fields = Object.entries(value).map(([key, one]) => `${key}: ${writeValue(one)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  if (value === '*') return '"*"';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A deep copy of plain data without fields that have no value (`key:` and nothing), as Kubernetes does. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMapping(value)) return value;
  const copy: Mapping = {};
  for (const [key, one] of Object.entries(value)) {
    if (one !== null) copy[key] = withoutNulls(one);
  }
  return copy;
}
