// Strategic merge patches, as `kubectl patch` and `kubectl apply` send them to built-in kinds (apimachinery, util/strategicpatch).
import { isPlainObject, type PlainObject } from '../decode.ts';
import { ordered, type Identity } from './ordered.ts';
import { PatchError } from './patch-error.ts';
import { fieldSchema, itemSchema, type MergeSchema } from './schema.ts';

const PATCH = '$patch';
const RETAIN = '$retainKeys';
const ORDER = '$setElementOrder/';
const DELETE = '$deleteFromPrimitiveList/';

/** The patched object of a built-in type. Neither argument is changed; they share what did not change. Throws a PatchError. */
export function strategicMerge(object: PlainObject, patch: PlainObject, typeName: string): PlainObject {
  return mergeMappings(object, patch, { is: 'object', name: typeName });
}

function mergeMappings(before: PlainObject, patch: PlainObject, schema: MergeSchema): PlainObject {
  if (Object.hasOwn(patch, PATCH)) return directed(patch);
  const after = retained(before, patch);
  for (const key of Object.keys(patch)) {
    if (key === RETAIN) continue;
    if (key.startsWith(ORDER)) putInOrder(after, patch, key.slice(ORDER.length), schema);
    else if (key.startsWith(DELETE)) deleteScalars(after, key.slice(DELETE.length), patch[key]);
    else if (!Object.hasOwn(patch, ORDER + key)) mergeField(after, key, patch[key], schema);
  }
  return after;
}

/** `$patch: replace` takes the rest of the patch as it is, `$patch: delete` leaves nothing. */
function directed(patch: PlainObject): PlainObject {
  const { [PATCH]: directive, ...rest } = patch;
  if (directive === 'replace') return withoutDirectives(rest) as PlainObject;
  if (directive === 'delete') return {};
  throw new PatchError(`Unknown patch type found: ${String(directive)}`);
}

/** The fields that stay before the patch is merged: all, or those that `$retainKeys` lists. */
function retained(before: PlainObject, patch: PlainObject): PlainObject {
  const keys = patch[RETAIN];
  if (keys === undefined) return { ...before };
  if (!Array.isArray(keys)) throw new PatchError(`${RETAIN} must be a list of field names`);
  const kept = new Set<unknown>(keys);
  const stray = Object.keys(patch).find((key) => !key.startsWith('$') && !kept.has(key));
  if (stray !== undefined) throw new PatchError(`${RETAIN} does not list the field "${stray}" of the patch`);
  return Object.fromEntries(Object.entries(before).filter(([key]) => kept.has(key)));
}

function mergeField(after: PlainObject, key: string, value: unknown, schema: MergeSchema): void {
  if (value === null) {
    delete after[key];
    return;
  }
  const { type, rule } = fieldSchema(schema, key);
  const before = after[key];
  if (isPlainObject(value)) {
    after[key] = mergeMappings(isPlainObject(before) && rule?.replace !== true ? before : {}, value, type);
  } else if (Array.isArray(value) && Array.isArray(before) && rule?.merge === true) {
    after[key] = mergeLists(before, value, rule.key, itemSchema(type));
  } else after[key] = withoutDirectives(value);
}

/** A list that is merged, not replaced. */
function mergeLists(
  before: readonly unknown[],
  patch: readonly unknown[],
  key: string | undefined,
  schema: MergeSchema,
): unknown[] {
  const identity = identityBy(key);
  const replaces = patch.some((item) => isPlainObject(item) && item[PATCH] === 'replace');
  const isDirective = (item: unknown): item is PlainObject => isPlainObject(item) && Object.hasOwn(item, PATCH);
  const plain = patch.filter((item) => !isDirective(item));
  if (replaces) return plain.map(withoutDirectives);
  for (const item of patch.filter(isDirective)) {
    if (item[PATCH] !== 'delete') throw new PatchError(`Unknown patch type found: ${String(item[PATCH])}`);
  }
  const deleted = new Set(patch.filter(isDirective).map(identity));
  const kept = before.filter((item) => !deleted.has(identity(item)));
  const merged = [...kept];
  const places = new Map<string, number>();
  for (const [index, item] of kept.entries()) if (!places.has(identity(item))) places.set(identity(item), index);
  for (const item of plain) {
    const id = identity(item);
    const at = places.get(id);
    const old = at === undefined ? {} : merged[at];
    const value = isPlainObject(item) && isPlainObject(old) ? mergeMappings(old, item, schema) : item;
    if (at === undefined) places.set(id, merged.push(value) - 1);
    else merged[at] = value;
  }
  return ordered(merged, plain, kept, identity);
}

/** `$setElementOrder/list` lists the merge keys or scalars of all items that the client knows, whether the list itself is in the patch or not. */
function putInOrder(after: PlainObject, patch: PlainObject, key: string, schema: MergeSchema): void {
  const order = patch[ORDER + key];
  if (!Array.isArray(order)) throw new PatchError(`${ORDER}${key} must be a list`);
  const before = after[key];
  const identity = identityBy(fieldSchema(schema, key).rule?.key);
  const known = new Set(order.map(identity));
  const list = patch[key];
  for (const item of Array.isArray(list) ? list : []) {
    if (known.has(identity(item)) || (isPlainObject(item) && Object.hasOwn(item, PATCH))) continue;
    throw new PatchError(`${ORDER}${key} does not list ${identity(item)}, which is in ${key}`);
  }
  if (Object.hasOwn(patch, key)) mergeField(after, key, patch[key], schema);
  const merged = after[key];
  if (!Array.isArray(merged)) return;
  after[key] = ordered(merged, order, Array.isArray(before) ? before : [], identity);
}

function deleteScalars(after: PlainObject, key: string, values: unknown): void {
  if (!Array.isArray(values)) throw new PatchError(`${DELETE}${key} must be a list`);
  const before = after[key];
  if (!Array.isArray(before)) return;
  const deleted = new Set<unknown>(values);
  after[key] = before.filter((value) => !deleted.has(value));
}

/** Throws a PatchError for an item without its merge key. */
function identityBy(key: string | undefined): Identity {
  return (item) => {
    if (key === undefined || !isPlainObject(item)) return scalarText(item);
    if (item[key] === undefined)
      throw new PatchError(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    return scalarText(item[key]);
  };
}

function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Of a part of the patch that merges with nothing: nulls and directives say nothing there. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value))
    return value.filter((item) => !isPlainObject(item) || !Object.hasOwn(item, PATCH)).map(withoutDirectives);
  if (!isPlainObject(value)) return value;
  return mergeMappings({}, value, undefined);
}
