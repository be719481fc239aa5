// What a schema says of itself, for people: the type of a field in words, its meaning, its default.
import { z } from 'zod';

/** One field of a mapping. */
export interface Described {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
  readonly required: boolean;
  /** Undefined: none, or what the meaning says. */
  readonly default: unknown;
}

/** The schema without what only wraps it: optional, default, and the conversion after the check. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return bare(schema.unwrap());
  if (schema instanceof z.ZodPipe && schema.meta()?.['type'] === undefined && !(schema.in instanceof z.ZodUnknown)) {
    return bare(schema.in);
  }
  return schema;
}

/** The fields of a mapping; none for anything else. */
export function objectShape(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const inner = bare(schema);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

function meta(schema: z.core.$ZodType, key: 'type' | 'description'): string | undefined {
  const value = schema instanceof z.ZodType ? schema.meta()?.[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function meaning(schema: z.core.$ZodType): string {
  const own = meta(schema, 'description');
  if (own !== undefined) return own;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return meaning(schema.unwrap());
  return schema instanceof z.ZodPipe ? meaning(schema.in) : '';
}

/** `code` marks a literal value: backquotes in Markdown, nothing on a terminal. `deep` says what is in a mapping. */
export function typeName(schema: z.core.$ZodType, code: (text: string) => string, deep = false): string {
  const named = meta(schema, 'type');
  if (named !== undefined) return named;
  const inner = bare(schema);
  if (inner !== schema) return typeName(inner, code, deep);
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => code(String(option))).join(' or ');
  if (inner instanceof z.ZodLiteral) return [...inner.values].map((value) => code(String(value))).join(' or ');
  if (inner instanceof z.ZodUnion) return inner.options.map((option) => typeName(option, code)).join(' or ');
  if (inner instanceof z.ZodArray) return `list of ${typeName(inner.element, code, deep)}`;
  if (inner instanceof z.ZodRecord) return `mapping to ${typeName(inner.valueType, code)}`;
  if (inner instanceof z.ZodObject) return deep ? mappingName(inner, code) : 'mapping';
  if (inner instanceof z.ZodNumber) return numberName(inner);
  if (inner instanceof z.ZodBoolean) return 'true or false';
  return inner instanceof z.ZodString ? 'text' : 'any value';
}

/** A longer mapping is abbreviated. */
const LONGEST_MAPPING = 48;

/** `{ at: duration, rate: rate }` */
function mappingName(schema: z.ZodObject, code: (text: string) => string): string {
  const fields = Object.entries(schema.shape).map(([name, field]) => `${name}: ${typeName(field, (text) => text)}`);
  const text = `{ ${fields.join(', ')} }`;
  return text.length > LONGEST_MAPPING ? 'mapping' : code(text);
}

/** `whole number from 0 to 255`, `number of at least 1`. */
function numberName(schema: z.ZodNumber): string {
  const { isInt, minValue, maxValue } = schema;
  const what = isInt ? 'whole number' : 'number';
  const low = bound(minValue, Number.MIN_SAFE_INTEGER);
  const high = bound(maxValue, Number.MAX_SAFE_INTEGER);
  if (low !== undefined && high !== undefined) return `${what} from ${low} to ${high}`;
  if (low !== undefined) return low === 0 && !isInt ? `${what} of at least 0` : `${what}, at least ${low}`;
  return high === undefined ? what : `${what}, at most ${high}`;
}

/** Undefined for what no number can exceed. */
function bound(value: number | null, limit: number): number | undefined {
  return value === null || !Number.isFinite(value) || value === limit ? undefined : value;
}

/** The fields of a mapping in words. */
export function describeFields(schema: z.core.$ZodType, code: (text: string) => string): Described[] {
  return Object.entries(objectShape(schema)).map(([name, field]) => ({
    name,
    type: typeName(field, code, true),
    meaning: meaning(field),
    required: !(field instanceof z.ZodOptional || field instanceof z.ZodDefault),
    default: field instanceof z.ZodDefault ? field.def.defaultValue : undefined,
  }));
}
