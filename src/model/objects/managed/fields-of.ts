// The fields that a value says: what belongs to whoever applies it.
import { isPlainObject } from '../decode.ts';
import { EMPTY, type FieldSet, LEAF, setOf } from './field-set.ts';
import { elementOf, type ListShape } from './list-items.ts';
import { type Shape, UNKNOWN } from './shape.ts';

export function fieldsOf(value: unknown, shape: Shape): FieldSet {
  if (shape.is === 'scalar' || shape.is === 'atomic') return LEAF;
  if (Array.isArray(value)) return shape.is === 'set' || shape.is === 'list' ? fieldsOfList(value, shape) : LEAF;
  if (isPlainObject(value)) return fieldsOfMapping(value, shape);
  return value === null && shape.is !== 'unknown' ? EMPTY : LEAF;
}

function fieldsOfMapping(value: Readonly<Record<string, unknown>>, shape: Shape): FieldSet {
  return setOf(
    false,
    Object.entries(value).map(([key, inner]) => {
      const known = shape.is === 'struct' ? shape.field(key) : undefined;
      const of = known?.shape ?? (shape.is === 'map' ? shape.of : UNKNOWN);
      const { own, within } = fieldsOf(inner, of);
      // What is empty, and an entry of a mapping, is a field of its own.
      const bare = inner === null || (isPlainObject(inner) && Object.keys(inner).length === 0);
      return [`f:${key}`, setOf(own || bare || known === undefined, within)] as const;
    }),
  );
}

function fieldsOfList(list: readonly unknown[], shape: ListShape): FieldSet {
  const of = shape.is === 'list' ? shape.of : undefined;
  return setOf(
    false,
    list.map((item, index) => {
      const within = of === undefined ? EMPTY.within : fieldsOf(item, of).within;
      return [elementOf(item, index, shape), setOf(true, within)] as const;
    }),
  );
}
