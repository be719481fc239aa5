// How the fields of built-in types merge (patchStrategy and patchMergeKey of the Go types): what strategic merge patches go by.
import { objectType, type PatchRule, type ValueType } from '../tables.ts';

/** What is known of the values at one place; undefined where nothing is, as in annotations or custom objects. */
export type MergeSchema = ValueType | undefined;

export interface FieldSchema {
  readonly type: MergeSchema;
  readonly rule: PatchRule | undefined;
}

const UNKNOWN: FieldSchema = { type: undefined, rule: undefined };

/** Of a field of a mapping of this type. */
export function fieldSchema(of: MergeSchema, field: string): FieldSchema {
  if (of?.is === 'map') return { type: of.of, rule: undefined };
  if (of?.is !== 'object') return UNKNOWN;
  const found = objectType(of.name).field(field);
  return found === undefined ? UNKNOWN : { type: found.type, rule: found.patch };
}

export function itemSchema(of: MergeSchema): MergeSchema {
  return of?.is === 'list' ? of.of : undefined;
}
