// Takes out of an object what a manager applied before and no longer does, unless others own it.
import type { PlainObject } from '../decode.ts';
import { difference, type FieldSet, intersection, setOf, union } from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import { fieldOf, removed } from './merge.ts';
import { type Shape, UNKNOWN } from './shape.ts';

/** `last` is what the manager applied before, `owned` what managers own now, this one included. */
export function pruned(object: PlainObject, last: FieldSet, owned: FieldSet, shape: Shape): PlainObject {
  const named = (fields: FieldSet): FieldSet => withNamedFields(fields, shape);
  const all = named(fieldsOf(object, shape));
  const of = (value: PlainObject): FieldSet => named(fieldsOf(value, shape));
  const take = (fields: FieldSet): PlainObject => (removed(object, fields, shape) ?? {}) as PlainObject;
  const bare = take(last);
  // What somebody owns comes back; so does what was never applied, such as the rest of an item.
  const kept = take(difference(all, union(of(bare), named(owned))));
  return take(intersection(difference(all, of(kept)), named(last)));
}

/** A field of a struct belongs to the set with anything in it. */
function withNamedFields(fields: FieldSet, shape: Shape): FieldSet {
  return setOf(
    fields.own,
    [...fields.within].map(([element, inner]) => {
      const name = element.slice(2);
      const isField = element.startsWith('f:');
      const of = isField ? fieldOf(shape, name) : shape.is === 'list' ? shape.of : UNKNOWN;
      const { own, within } = withNamedFields(inner, of);
      const named = isField && shape.is === 'struct' && shape.field(name) !== undefined && within.size > 0;
      return [element, setOf(own || named, within)] as const;
    }),
  );
}
