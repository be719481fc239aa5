// How the values at a place merge under server-side apply (x-kubernetes-list-type, -list-map-keys, -map-type): what FieldsV1 goes by.
import { type Field, objectType, type ValueType } from '../tables.ts';

/** Custom objects: mappings merge, lists are replaced. */
export type Shape =
  | { readonly is: 'unknown' | 'scalar' | 'atomic' }
  /** `always`: Go writes the field even when nothing was said. */
  | { readonly is: 'struct'; field(name: string): { readonly shape: Shape; readonly always: boolean } | undefined }
  | { readonly is: 'map'; readonly of: Shape }
  | { readonly is: 'set' }
  | { readonly is: 'list'; readonly keys: readonly ListKey[]; readonly of: Shape };

export interface ListKey {
  readonly name: string;
  /** Where the item does not say it. */
  readonly default: unknown;
}

export const UNKNOWN: Shape = { is: 'unknown' };
const SCALAR: Shape = { is: 'scalar' };
const ATOMIC: Shape = { is: 'atomic' };
const SET: Shape = { is: 'set' };

const structs = new Map<string, Shape>();

/** Of a built-in type, by its name in the tables; of any other object `UNKNOWN`. */
export function shapeOfType(name: string | undefined): Shape {
  return name === undefined ? UNKNOWN : struct(name);
}

function struct(name: string): Shape {
  let known = structs.get(name);
  if (known !== undefined) return known;
  const type = objectType(name);
  if (type.atomic) known = ATOMIC;
  else if (type.fields.length === 0) known = UNKNOWN;
  else {
    const fields = new Map<string, { readonly shape: Shape; readonly always: boolean }>();
    known = {
      is: 'struct',
      field(key) {
        const seen = fields.get(key);
        const found = type.field(key);
        if (seen !== undefined || found === undefined) return seen;
        const made = { shape: shapeOfField(found), always: isAlwaysWritten(found) };
        fields.set(key, made);
        return made;
      },
    };
  }
  structs.set(name, known);
  return known;
}

function shapeOfField({ type, topology, patch }: Field): Shape {
  if (type.is !== 'list') {
    if (topology?.is === 'atomic' || patch?.replace === true) return ATOMIC;
    return shapeOfValue(type);
  }
  const of = shapeOfValue(type.of);
  if (topology?.is === 'set') return SET;
  if (topology?.is === 'map') return { is: 'list', keys: topology.keys.map((name) => keyOf(type.of, name)), of };
  if (topology?.is === 'atomic' || patch?.merge !== true) return ATOMIC;
  return patch.key === undefined ? SET : { is: 'list', keys: [keyOf(type.of, patch.key)], of };
}

function shapeOfValue(type: ValueType): Shape {
  if (type.is === 'object') return struct(type.name);
  if (type.is === 'map') return { is: 'map', of: shapeOfValue(type.of) };
  if (type.is === 'list') return ATOMIC;
  return type.scalar === 'any' ? UNKNOWN : SCALAR;
}

function keyOf(item: ValueType, name: string): ListKey {
  const field = item.is === 'object' ? objectType(item.name).field(name) : undefined;
  return { name, default: field?.default };
}

/** Structs that are no pointers, and lists and mappings without `omitempty`. */
function isAlwaysWritten({ type, default: fallback, required }: Field): boolean {
  if (type.is === 'object') return fallback !== undefined;
  return required && type.is !== 'scalar';
}
