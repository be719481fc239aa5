// Which fields two versions of an object differ in: those that came, went, and have another value.
import { isPlainObject } from '../decode.ts';
import { equalJson } from '../equal.ts';
import { EMPTY, type FieldSet, LEAF, setOf } from './field-set.ts';
import { byElement } from './list-items.ts';
import { type Shape, UNKNOWN } from './shape.ts';

export interface Differences {
  readonly added: FieldSet;
  readonly removed: FieldSet;
  readonly modified: FieldSet;
}

const SAME: Differences = { added: EMPTY, removed: EMPTY, modified: EMPTY };

/** `undefined` is a value that is not there. */
export function compare(before: unknown, after: unknown, shape: Shape): Differences {
  if (before === undefined && after === undefined) return SAME;
  const inner = innerOf(before, after, shape);
  if (inner === undefined) return leaf(before, after);
  const own = (is: boolean, which: keyof Differences): FieldSet =>
    setOf(
      is,
      inner.map(([key, differences]) => [key, differences[which]] as const),
    );
  return {
    added: own(before === undefined, 'added'),
    removed: own(after === undefined, 'removed'),
    modified: own(false, 'modified'),
  };
}

function leaf(before: unknown, after: unknown): Differences {
  if (before === undefined) return { ...SAME, added: LEAF };
  if (after === undefined) return { ...SAME, removed: LEAF };
  return equalJson(before, after) ? SAME : { ...SAME, modified: LEAF };
}

/** By path element within it; undefined where the value is compared as a whole. */
function innerOf(before: unknown, after: unknown, shape: Shape): (readonly [string, Differences])[] | undefined {
  if (shape.is === 'scalar' || shape.is === 'atomic') return undefined;
  if (shape.is === 'set' || shape.is === 'list') {
    const [old, now] = [listOf(before), listOf(after)];
    if (old === undefined || now === undefined || old.length + now.length === 0) return undefined;
    const of = shape.is === 'list' ? shape.of : UNKNOWN;
    const [was, is] = [byElement(old, shape), byElement(now, shape)];
    const elements = new Set([...was.keys(), ...is.keys()]);
    return [...elements].map((element) => [element, compare(was.get(element), is.get(element), of)] as const);
  }
  const [old, now] = [mappingOf(before), mappingOf(after)];
  if (old === undefined || now === undefined) return undefined;
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  if (keys.size === 0) return undefined;
  return [...keys].map((key) => {
    const known = shape.is === 'struct' ? shape.field(key) : undefined;
    const of = known?.shape ?? (shape.is === 'map' ? shape.of : UNKNOWN);
    // Go writes a field that it never leaves out with the struct that it is of.
    const always = known?.always === true;
    const was = Object.hasOwn(old, key) ? old[key] : always && before !== undefined ? null : undefined;
    const is = Object.hasOwn(now, key) ? now[key] : always && after !== undefined ? null : undefined;
    return [`f:${key}`, compare(was, is, of)] as const;
  });
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : undefined;
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return value === undefined || value === null ? {} : isPlainObject(value) ? value : undefined;
}
