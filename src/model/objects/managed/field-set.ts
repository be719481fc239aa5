// A set of fields of an object, by place: what `managedFields` says of a manager (FieldsV1: `f:name`, `k:{"name":"a"}`, `v:"x"`, `.` for the place itself).
import type { PlainObject } from '../decode.ts';

/** A place and those within it. `own`: the place itself belongs to the set. Keys are path elements as FieldsV1 writes them. */
export interface FieldSet {
  readonly own: boolean;
  readonly within: ReadonlyMap<string, FieldSet>;
}

const NONE: ReadonlyMap<string, FieldSet> = new Map();
export const EMPTY: FieldSet = { own: false, within: NONE };
export const LEAF: FieldSet = { own: true, within: NONE };

export function isEmpty({ own, within }: FieldSet): boolean {
  return !own && within.size === 0;
}

/** Without the parts that are empty. */
export function setOf(own: boolean, entries: Iterable<readonly [string, FieldSet]>): FieldSet {
  const within = new Map([...entries].filter(([, set]) => !isEmpty(set)));
  if (within.size === 0) return own ? LEAF : EMPTY;
  return { own, within };
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const within = new Map(a.within);
  for (const [key, set] of b.within) within.set(key, union(within.get(key) ?? EMPTY, set));
  return setOf(a.own || b.own, within);
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const entries = [...a.within].map(([key, set]) => [key, intersection(set, b.within.get(key) ?? EMPTY)] as const);
  return setOf(a.own && b.own, entries);
}

/** A place that belongs to both goes; what is within it goes by its own. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const entries = [...a.within].map(([key, set]) => [key, difference(set, b.within.get(key) ?? EMPTY)] as const);
  return setOf(a.own && !b.own, entries);
}

/** Without what is listed here, whatever is within it. */
export function without(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  let left = set;
  for (const path of paths) left = withoutPath(left, path);
  return left;
}

function withoutPath(set: FieldSet, [head, ...rest]: readonly string[]): FieldSet {
  const found = set.within.get(head);
  if (found === undefined) return set;
  const within = new Map(set.within);
  within.set(head, rest.length === 0 ? EMPTY : withoutPath(found, rest));
  return setOf(set.own, within);
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a.own !== b.own || a.within.size !== b.within.size) return false;
  return [...a.within].every(([key, set]) => {
    const other = b.within.get(key);
    return other !== undefined && equalSets(set, other);
  });
}

/** Every place of the set, as messages print it: `.spec.containers[name="a"].image`. In order. */
export function* pathsOf(set: FieldSet, before = ''): Generator<string, void, undefined> {
  for (const key of sortedKeys(set)) {
    const inner = set.within.get(key) ?? EMPTY;
    const path = before + printed(key);
    if (inner.own) yield path;
    yield* pathsOf(inner, path);
  }
}

function printed(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Readonly<Record<string, unknown>>);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}

export function writeFields(set: FieldSet): PlainObject {
  const written: PlainObject = {};
  if (set.own && set.within.size > 0) written['.'] = {};
  for (const key of sortedKeys(set)) written[key] = writeFields(set.within.get(key) ?? EMPTY);
  return written;
}

/** A place without anything in it belongs to the set; one with others does when it says `.`. */
export function readFields(written: PlainObject, top = true): FieldSet {
  const { '.': own, ...rest } = written;
  const entries = Object.entries(rest).map(([key, value]) => [key, readFields(value as PlainObject, false)] as const);
  return setOf(!top && (own !== undefined || entries.length === 0), entries);
}

const ORDER = 'fkvi';

/** Fields by name, then items by key, by value, by number. */
function sortedKeys({ within }: FieldSet): string[] {
  return [...within.keys()].sort((a, b) => {
    const kinds = ORDER.indexOf(a[0]) - ORDER.indexOf(b[0]);
    if (kinds !== 0) return kinds;
    return a < b ? -1 : Number(a > b);
  });
}
