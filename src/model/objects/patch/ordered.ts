// The order of a list after a strategic merge: items of the patch in its order, those that only the server has in theirs, both woven together.

/** The identity of an item: the value of their merge key, or the scalar itself. */
export type Identity = (item: unknown) => string;

/**
 * `merged` put in order: items that `wanted` names in its order, and the others as they are in `before`. Where both were in `before`,
 * the one that stood further ahead comes first; else items of the patch come first (apimachinery, strategicpatch.normalizeElementOrder).
 */
export function ordered(
  merged: readonly unknown[],
  wanted: readonly unknown[],
  before: readonly unknown[],
  identity: Identity,
): unknown[] {
  const want = positions(wanted, identity);
  const had = positions(before, identity);
  const at = (places: ReadonlyMap<string, number>, item: unknown) => places.get(identity(item)) ?? -1;
  const byPlace = (places: ReadonlyMap<string, number>) => (a: unknown, b: unknown) => at(places, a) - at(places, b);
  const patched = merged.filter((item) => want.has(identity(item))).sort(byPlace(want));
  const others = merged.filter((item) => !want.has(identity(item))).sort(byPlace(had));
  const result: unknown[] = [];
  while (patched.length > 0 && others.length > 0) {
    const [left] = others;
    const [right] = patched;
    const isAhead = at(had, left) >= 0 && at(had, right) >= 0 && at(had, left) < at(had, right);
    result.push(isAhead ? left : right);
    (isAhead ? others : patched).shift();
  }
  return [...result, ...patched, ...others];
}

function positions(list: readonly unknown[], identity: Identity): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, item] of list.entries()) if (!found.has(identity(item))) found.set(identity(item), index);
  return found;
}
