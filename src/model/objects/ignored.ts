// Valid fields of an object that do not influence the simulation: they are reported, never silently dropped.
import type { Path, PathKey } from '../../lib/path.ts';
import { isPlainObject, type DecodedObject } from './decode.ts';
import { limitsWithoutEffect } from './limits.ts';
import { USED_FIELDS } from './used.ts';

export interface IgnoredField {
  /** Keys from the object's root to its first occurrence, such as `spec containers 0 livenessProbe`; none for an object as a whole. */
  readonly keys: Path;
  /** The same for all items of a list: `spec.containers[].livenessProbe`; empty for an object as a whole. */
  readonly path: string;
}

/** What a field means here: `true` for used as a whole, else what is used below it. */
type Used = true | Map<string, Used>;

const trees = new Map<string, Used>();

/** The fields of a decoded object, as its author wrote it, that nothing reads. Statuses are left out: they belong to the server. */
export function ignoredFields(object: DecodedObject): readonly IgnoredField[] {
  const paths = USED_FIELDS[`${object.apiVersion} ${object.kind}`] as readonly string[] | undefined;
  if (paths === undefined) return [{ keys: [], path: '' }];
  const found = new Map<string, IgnoredField>();
  walk(object, tree(`${object.apiVersion} ${object.kind}`, paths), [], '', found);
  for (const limit of limitsWithoutEffect(object)) if (!found.has(limit.path)) found.set(limit.path, limit);
  return [...found.values()];
}

function tree(kind: string, paths: readonly string[]): Used {
  let root = trees.get(kind);
  if (root === undefined) {
    root = new Map<string, Used>([
      ['apiVersion', true],
      ['kind', true],
      ['status', true],
    ]);
    for (const path of paths) insert(root, path.replaceAll('[]', '.[]').split('.'));
    trees.set(kind, root);
  }
  return root;
}

function insert(root: Map<string, Used>, keys: readonly string[]): void {
  let node = root;
  for (const [index, key] of keys.entries()) {
    const next = node.get(key);
    if (next === true) return;
    if (index === keys.length - 1) node.set(key, true);
    else {
      const child = next ?? new Map<string, Used>();
      node.set(key, child);
      node = child;
    }
  }
}

function walk(
  value: unknown,
  used: Used,
  keys: readonly PathKey[],
  path: string,
  found: Map<string, IgnoredField>,
): void {
  if (used === true) return;
  if (Array.isArray(value)) {
    const items = used.get('[]');
    for (const [index, item] of value.entries()) {
      if (items !== undefined) walk(item, items, [...keys, index], `${path}[]`, found);
    }
    return;
  }
  if (!isPlainObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const below = used.get(key);
    const at = path === '' ? key : `${path}.${key}`;
    if (below !== undefined) walk(child, below, [...keys, key], at, found);
    else if (!isEmpty(child) && !found.has(at)) found.set(at, { keys: [...keys, key], path: at });
  }
}

/** What decoding adds for fields that nobody wrote. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return isPlainObject(value) && Object.values(value).every(isEmpty);
}
