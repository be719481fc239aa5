// Whether two values of a Kubernetes type say the same (apimachinery's Semantic.DeepEqual): quantities by their amount, nothing like an empty list or map.
import { parseQuantity } from '../parse/quantity.ts';
import type { PlainObject } from './decode.ts';
import { objectType, type ValueType } from './tables.ts';

export function equalObjects(typeName: string, a: PlainObject, b: PlainObject): boolean {
  return a === b || objectType(typeName).fields.every(({ name, type }) => equalValues(type, a[name], b[name]));
}

/** Both values in the form that decoding gives them. */
export function equalValues(type: ValueType, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  switch (type.is) {
    case 'scalar':
      return type.scalar === 'quantity' ? equalQuantities(a, b) : type.scalar === 'any' && equalJson(a, b);
    case 'list':
      return equalLists(type.of, (a ?? []) as unknown[], (b ?? []) as unknown[]);
    case 'map':
      return equalMaps(type.of, (a ?? {}) as PlainObject, (b ?? {}) as PlainObject);
    case 'object':
      return a !== undefined && b !== undefined && equalObjects(type.name, a as PlainObject, b as PlainObject);
  }
}

function equalQuantities(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string' && parseQuantity(a).compare(parseQuantity(b)) === 0;
}

function equalLists(of: ValueType, a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => equalValues(of, item, b[index]));
}

function equalMaps(of: ValueType, a: PlainObject, b: PlainObject): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalValues(of, a[key], b[key]))
  );
}

/** Plain values without a type. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson((a as PlainObject)[key], (b as PlainObject)[key]))
  );
}

/** Whether JSON would say the same of both but for the order of keys: a field that is undefined is none. */
export function equalAsJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && a.length !== (b as readonly unknown[]).length) return false;
  const [one, other] = [a as PlainObject, b as PlainObject];
  for (const key of Object.keys(one)) if (!equalAsJson(one[key], other[key])) return false;
  for (const key of Object.keys(other)) if (other[key] !== undefined && one[key] === undefined) return false;
  return true;
}
