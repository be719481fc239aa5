// `--set path=value` and the axes of a sweep: paths into the Scenario document and into Kubernetes objects.
import { InputError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { parseAxisValues } from './axis-values.ts';
import { type InputDocument, valueAt } from './document.ts';
import { isMapping } from './fill.ts';
import { parseYamlValue } from './yaml.ts';

/** Where an override points. */
export type OverrideTarget =
  | { readonly in: 'scenario'; readonly segments: readonly string[] }
  | {
      readonly in: 'object';
      readonly kind: string;
      readonly namespace: string | undefined;
      readonly name: string;
      readonly segments: readonly string[];
    };

export interface Override {
  /** Names it in messages: `--set spec.seed=5`. */
  readonly by: string;
  readonly target: OverrideTarget;
  readonly value: unknown;
}

const OBJECT = /^([A-Za-z][A-Za-z0-9]*)\/(?:([^/:]+)\/)?([^/:]+):\/(.*)$/;
const SEGMENT = /([^.[\]]+)|\[([^\]]*)\]/g;
const REFUSED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads `path=value`; the value is YAML. Throws an InputError. */
export function parseOverride(text: string): Override {
  const by = `--set ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`;
  const equals = equalsSign(text);
  if (equals === -1) throw new InputError({ file: by, message: 'expected path=value' });
  const value = parseYamlValue(by, text.slice(equals + 1));
  return { by, target: parseTarget(text.slice(0, equals).trim(), by), value };
}

/** What `where` and tables call the axis of a bench's variants, and an axis of a sweep that goes through them. */
export const VARIANT_AXIS = 'variant';

/** Reads `path=value,value`: an axis. Each value is YAML, or a range `34..46:2`; a comma within brackets is part of a value. Throws an InputError. */
export function parseAxis(text: string): { readonly by: string; readonly path: string; readonly values: unknown[] } {
  const by = `--vary ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`;
  const equals = equalsSign(text);
  if (equals === -1) throw new InputError({ file: by, message: 'expected path=value,value' });
  const path = text.slice(0, equals).trim();
  if (path !== VARIANT_AXIS) parseTarget(path, by);
  return { by, path, values: parseAxisValues(text.slice(equals + 1), by) };
}

/** Reads the path of an override. `by` names it in messages. Throws an InputError. */
export function parseTarget(path: string, by: string): OverrideTarget {
  const object = OBJECT.exec(path);
  let target: OverrideTarget;
  if (object !== null) {
    const [, kind = '', namespace, name = '', pointer = ''] = object;
    const segments = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    target = { in: 'object', kind, namespace, name, segments };
  } else {
    const segments = [...path.matchAll(SEGMENT)].map(([, plain, bracketed]) => plain ?? bracketed ?? '');
    if (segments.length < 2 || (segments[0] !== 'spec' && segments[0] !== 'metadata')) {
      throw new InputError({
        file: by,
        message: `expected a path such as "spec.traffic[0].timeout" or "Deployment/default/web:/spec/replicas", got ${JSON.stringify(path)}`,
      });
    }
    target = { in: 'scenario', segments };
  }
  const refused = target.segments.find((segment) => REFUSED.has(segment));
  if (refused !== undefined) throw new InputError({ file: by, message: `the key "${refused}" is refused` });
  return target;
}

/** The index of the `=` between path and value: the first one outside of brackets. */
function equalsSign(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '[') depth += 1;
    else if (text[at] === ']') depth -= 1;
    else if (text[at] === '=' && depth <= 0) return at;
  }
  return -1;
}

/**
 * Sets the value in the document. Mappings on the way are made, items of lists must exist; `[+]` at the end of a path is a new one.
 * Throws an InputError.
 */
export function applyOverride(document: InputDocument, override: Override): void {
  if (override.target.segments.at(-1) === '+') {
    addItem(document, override);
    return;
  }
  const { target, value, by } = override;
  const path = resolve(document.value, target.segments, by);
  if (target.in === 'object' && value === null && (valueAt(document.value, path) ?? null) === null)
    throw new InputError({ file: by, message: `null removes a field, and there is no ${path.join('.')}` });
  document.set(path, value, by);
}

function addItem(document: InputDocument, { target, value, by }: Override): void {
  const path = resolve(document.value, target.segments.slice(0, -1), by);
  const list = valueAt(document.value, path);
  if (Array.isArray(list)) document.set([...path, list.length], value, by);
  else if (list === undefined || list === null) document.set(path, [value], by);
  else throw new InputError({ file: by, message: `${path.join('.')} is no list` });
}

/** Keys and indexes of a path of segments in a value: `[name=web]` becomes an index. Throws an InputError. */
function resolve(root: unknown, segments: readonly string[], by: string): (string | number)[] {
  const path: (string | number)[] = [];
  let node = root;
  for (const segment of segments) {
    const key = Array.isArray(node) ? itemIndex(node, segment, by) : segment;
    if (node !== undefined && node !== null && typeof node !== 'object') {
      throw new InputError({ file: by, message: `there is nothing below ${path.join('.')}, which is a plain value` });
    }
    path.push(key);
    node = typeof node === 'object' && node !== null && Object.hasOwn(node, key) ? (node as never)[key] : undefined;
  }
  return path;
}

function itemIndex(list: readonly unknown[], segment: string, by: string): number {
  if (/^\d+$/.test(segment)) {
    const index = Number(segment);
    if (index < list.length) return index;
    throw new InputError({ file: by, message: `there is no item ${segment}: the list has ${list.length}` });
  }
  const selector = /^(\w+)=(.*)$/.exec(segment);
  if (selector === null) {
    throw new InputError({
      file: by,
      message: `expected an index such as [0] or [name=web] for a list, got ${JSON.stringify(segment)}`,
    });
  }
  const [, field = '', wanted = ''] = selector;
  const values = list.map((item) => (isMapping(item) ? plainText(item[field]) : ''));
  const index = values.indexOf(wanted);
  if (index !== -1) return index;
  const valid = values.filter((value) => value !== '');
  throw new InputError({
    file: by,
    message: `no item has ${field} ${JSON.stringify(wanted)}, expected one of ${valid.join(', ')}${didYouMean(wanted, valid)}`,
  });
}

function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
