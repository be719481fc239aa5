// Merges what is applied into what there is, and takes fields out again.
import { isPlainObject, type PlainObject } from '../decode.ts';
import type { FieldSet } from './field-set.ts';
import { elementOf, byElement, type ListShape } from './list-items.ts';
import { type Shape, UNKNOWN } from './shape.ts';

/** The live value with everything that the applied one says. */
export function merged(live: unknown, applied: unknown, shape: Shape): unknown {
  if (applied === undefined) return live;
  if (live === undefined || live === null || shape.is === 'scalar' || shape.is === 'atomic') return applied;
  if (shape.is === 'set' || shape.is === 'list') {
    return Array.isArray(live) && Array.isArray(applied) ? mergedLists(live, applied, shape) : applied;
  }
  if (!isPlainObject(live) || !isPlainObject(applied)) return applied;
  const after: PlainObject = { ...live };
  for (const [key, value] of Object.entries(applied)) after[key] = merged(live[key], value, fieldOf(shape, key));
  return after;
}

/** In the order of what is applied; items that are live only stay before the one that followed them. */
function mergedLists(live: readonly unknown[], applied: readonly unknown[], shape: ListShape): unknown[] {
  const wanted = byElement(applied, shape);
  const had = byElement(live, shape);
  const order = [...had.keys()];
  const of = shape.is === 'list' ? shape.of : UNKNOWN;
  const after: unknown[] = [];
  let next = 0;
  const passTo = (end: number): void => {
    for (; next < end; next += 1) if (!wanted.has(order[next])) after.push(had.get(order[next]));
  };
  for (const [element, item] of wanted) {
    const at = order.indexOf(element);
    if (at >= 0) passTo(at);
    after.push(shape.is === 'set' ? item : merged(had.get(element), item, of));
  }
  passTo(order.length);
  return after;
}

/** Without the fields of the set. A mapping or list that is left empty goes too. */
export function removed(value: unknown, fields: FieldSet, shape: Shape): unknown {
  if (fields.within.size === 0 || shape.is === 'scalar' || shape.is === 'atomic') return value;
  if (Array.isArray(value) && (shape.is === 'set' || shape.is === 'list')) return fromList(value, fields, shape);
  if (!isPlainObject(value)) return value;
  const after: PlainObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const set = fields.within.get(`f:${key}`);
    if (set?.own === true) continue;
    const left = set === undefined ? inner : removed(inner, set, fieldOf(shape, key));
    if (left !== undefined) after[key] = left;
  }
  return Object.keys(after).length === 0 ? undefined : after;
}

function fromList(list: readonly unknown[], fields: FieldSet, shape: ListShape): unknown[] | undefined {
  const of = shape.is === 'list' ? shape.of : UNKNOWN;
  const after = list.flatMap((item, index) => {
    const set = fields.within.get(elementOf(item, index, shape));
    if (set?.own === true) return [];
    const left = set === undefined ? item : removed(item, set, of);
    return left === undefined ? [] : [left];
  });
  return after.length === 0 ? undefined : after;
}

export function fieldOf(shape: Shape, key: string): Shape {
  if (shape.is === 'struct') return shape.field(key)?.shape ?? UNKNOWN;
  return shape.is === 'map' ? shape.of : UNKNOWN;
}
