// Cells of a sweep are one scenario with a few other values: what is the same in two of them is kept once.

type Parts = Readonly<Record<string, unknown>>;

/**
 * `value` with the parts of `base` in place of those that are equal to them; neither is changed. Two places that hold one object hold one
 * afterwards. Only lists and plain objects are looked into; anything else is kept.
 */
export function sharingParts<Value>(value: Value, base: Value): Value {
  return shared(value, base, new Map()) as Value;
}

function shared(value: unknown, base: unknown, known: Map<unknown, unknown>): unknown {
  if (Object.is(value, base)) return base;
  if (typeof value !== 'object' || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const made = Array.isArray(value) ? sharedList(value, base, known) : sharedParts(value, base, known);
  known.set(value, made);
  return made;
}

function sharedList(value: readonly unknown[], base: unknown, known: Map<unknown, unknown>): unknown {
  const other: readonly unknown[] = Array.isArray(base) ? base : [];
  const made = value.map((part, at) => shared(part, other[at], known));
  return Array.isArray(base) && base.length === made.length && made.every((part, at) => Object.is(part, other[at]))
    ? base
    : made;
}

function sharedParts(value: object, base: unknown, known: Map<unknown, unknown>): unknown {
  if (!isPlain(value)) return value;
  if (!isPlain(base)) return value;
  const names = Object.keys(value);
  let same = Object.keys(base).length === names.length;
  const made: Record<string, unknown> = {};
  for (const name of names) {
    const part = shared(value[name], base[name], known);
    same &&= Object.hasOwn(base, name) && Object.is(part, base[name]);
    made[name] = part;
  }
  return same ? base : made;
}

function isPlain(value: unknown): value is Parts {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
