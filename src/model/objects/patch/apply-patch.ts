// The patch that `kubectl apply` sends: from what was applied last, the manifest now, and the live object (kubectl's three-way merge).
import { isPlainObject, type PlainObject } from '../decode.ts';
import { equalJson } from '../equal.ts';
import { fieldSchema, itemSchema, type MergeSchema } from './schema.ts';

/**
 * What the manifest says and the live object does not is set; what was applied last and is no longer in the manifest is removed; what
 * neither of them names keeps its live value. All three as plain values, as they were written. With the name of a built-in type the patch is
 * a strategic merge patch, without one (custom objects) a JSON merge patch. Empty where nothing is to be changed.
 */
export function applyPatch(
  lastApplied: PlainObject,
  manifest: PlainObject,
  live: PlainObject,
  typeName: string | undefined,
): PlainObject {
  return diffMappings(
    lastApplied,
    manifest,
    live,
    typeName === undefined ? undefined : { is: 'object', name: typeName },
    false,
  );
}

function diffMappings(
  last: PlainObject,
  wanted: PlainObject,
  live: PlainObject,
  schema: MergeSchema,
  retainsKeys: boolean,
): PlainObject {
  const patch: PlainObject = {};
  for (const [key, value] of Object.entries(wanted)) diffField(key, last[key], value, live[key], schema, patch);
  for (const key of Object.keys(last)) {
    if (!Object.hasOwn(wanted, key) && live[key] !== undefined) patch[key] = null;
  }
  // One of several fields may be set, such as the source of a volume: the others go, whoever set them.
  const others = Object.keys(live).some((key) => !Object.hasOwn(wanted, key));
  const kept = Object.keys(wanted).filter((key) => wanted[key] !== null);
  if (retainsKeys && kept.length > 0 && (others || Object.keys(patch).length > 0)) {
    for (const key of Object.keys(patch)) if (patch[key] === null) delete patch[key];
    patch['$retainKeys'] = kept.sort();
  }
  return patch;
}

function diffField(
  key: string,
  last: unknown,
  wanted: unknown,
  live: unknown,
  schema: MergeSchema,
  patch: PlainObject,
): void {
  const { type, rule } = fieldSchema(schema, key);
  if (live === undefined) {
    if (wanted !== null) patch[key] = wanted;
  } else if (isPlainObject(wanted) && isPlainObject(live) && rule?.replace !== true) {
    const nested = diffMappings(isPlainObject(last) ? last : {}, wanted, live, type, rule?.retainKeys === true);
    if (Object.keys(nested).length > 0) patch[key] = nested;
  } else if (Array.isArray(wanted) && Array.isArray(live) && rule?.merge === true) {
    const before = Array.isArray(last) ? last : [];
    if (rule.key === undefined) diffScalars(key, before, wanted, live, patch);
    else diffItems(key, rule.key, before, wanted, live, itemSchema(type), rule.retainKeys, patch);
  } else if (!equalJson(wanted, live)) patch[key] = wanted;
}

function diffScalars(
  key: string,
  last: readonly unknown[],
  wanted: readonly unknown[],
  live: readonly unknown[],
  patch: PlainObject,
): void {
  const added = wanted.filter((value) => !live.includes(value));
  const removed = last.filter((value) => !wanted.includes(value) && live.includes(value));
  if (added.length > 0) patch[key] = added;
  if (removed.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = removed;
  if (added.length > 0 || removed.length > 0) patch[`$setElementOrder/${key}`] = wanted;
}

/** Items of a list that merges by a key of theirs. */
function diffItems(
  key: string,
  mergeKey: string,
  last: readonly unknown[],
  wanted: readonly unknown[],
  live: readonly unknown[],
  schema: MergeSchema,
  retainsKeys: boolean,
  patch: PlainObject,
): void {
  const lastById = byMergeKey(last, mergeKey);
  const wantedById = byMergeKey(wanted, mergeKey);
  const liveById = byMergeKey(live, mergeKey);
  const items: unknown[] = [];
  for (const [id, item] of wantedById) {
    const now = liveById.get(id);
    const change = now === undefined ? item : diffMappings(lastById.get(id) ?? {}, item, now, schema, retainsKeys);
    if (Object.keys(change).length > 0) items.push({ ...change, [mergeKey]: item[mergeKey] });
  }
  for (const [id, item] of lastById) {
    if (!wantedById.has(id) && liveById.has(id)) items.push({ $patch: 'delete', [mergeKey]: item[mergeKey] });
  }
  const sameOrder = equalJson(
    [...liveById.keys()].filter((id) => wantedById.has(id)),
    [...wantedById.keys()].filter((id) => liveById.has(id)),
  );
  if (items.length === 0 && sameOrder) return;
  if (items.length > 0) patch[key] = items;
  patch[`$setElementOrder/${key}`] = [...wantedById.values()].map((item) => ({ [mergeKey]: item[mergeKey] }));
}

function byMergeKey(list: readonly unknown[], key: string): ReadonlyMap<string, PlainObject> {
  return new Map(list.filter(isPlainObject).map((item) => [String(item[key]), item]));
}
