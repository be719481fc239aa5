// Random values made from the schemas by which scenarios are read: members of families, parts of a document.
import * as fc from 'fast-check';
import { z } from 'zod';
import { bare, objectShape, typeName } from '../../src/lib/describe.ts';
import { containerIndices, namesIn } from '../../src/lib/naming.ts';
import type { Length } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);

export type Value = fc.Arbitrary<unknown>;

/** What a schema cannot tell: names of what random scenarios have, and texts by their field. */
export interface Known {
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly texts: Readonly<Record<string, readonly unknown[]>>;
  /** Of arguments that name one of these, only one is given. */
  readonly exclusive: ReadonlySet<string>;
  /** Fields that have their defaults elsewhere: none is required. */
  readonly defaulted?: boolean;
  /** Fields that contradict others. */
  readonly omit?: readonly string[];
  /** Every field is required. */
  readonly full?: boolean;
}

const NOTHING: Known = { names: {}, texts: {}, exclusive: new Set() };

/** The fields of a part of the document, each of which may be absent, as long as the schema takes what is made. */
export function partOf(schema: z.ZodType, length: Length, omit: readonly string[] = []): fc.Arbitrary<object> {
  const fields = fieldsOf(schema, length, { ...NOTHING, defaulted: true, omit });
  return (fields ?? fc.constant({})) as fc.Arbitrary<object>;
}

/** Values of a schema; undefined for one of which nothing is known but that it is text. */
function valueOf(schema: z.core.$ZodType, length: Length, known: Known): Value | undefined {
  const type = typeName(schema, (text) => text);
  if (/distribution/.test(type)) return /above 0/.test(type) ? one('10s', '2m') : length(60_000);
  if (type.startsWith('duration')) return /above 0/.test(type) ? one('1ms', '1s', '1m') : one<unknown>(0, '1s', '1m');
  if (type.startsWith('rate')) return one('1/s', '10/s');
  if (type.startsWith('schedule')) return one('* * * * *', '*/2 * * * *');
  if (type.includes('transfer rate')) return one('1MB/s', 'unlimited');
  if (type.endsWith('or `unlimited`')) return one<unknown>(1, 4, 'unlimited');
  const inner = bare(schema);
  if (inner instanceof z.ZodBoolean) return fc.boolean();
  if (inner instanceof z.ZodEnum) return one(...inner.options);
  if (inner instanceof z.ZodLiteral) return one(...inner.values);
  if (inner instanceof z.ZodNumber) return numberOf(inner);
  if (inner instanceof z.ZodUnion) {
    const options = inner.options.flatMap((option) => valueOf(option, length, known) ?? []);
    return options.length === 0 ? undefined : fc.oneof(...options);
  }
  // What is given at all inside of a part is given in full.
  if (inner instanceof z.ZodObject) return fieldsOf(inner, length, { ...known, defaulted: false, full: true });
  if (!(inner instanceof z.ZodArray)) return undefined;
  const item = valueOf(inner.element, length, known);
  return item === undefined ? undefined : fc.array(item, { minLength: 1, maxLength: 2 });
}

function numberOf(schema: z.ZodNumber): Value {
  const { isInt, minValue, maxValue } = schema;
  const least = Math.max(minValue ?? 0, -10);
  const most = Math.min(maxValue ?? 10, least + 300);
  const middle = (least + Math.min(most, least + 2)) / 2;
  // The least one may itself be excluded.
  return one(...[least, isInt ? Math.ceil(middle) : middle, most].filter((value) => schema.safeParse(value).success));
}

/** Every optional field may be absent, and is where nothing is known of its values. Undefined when a required one cannot be made. */
export function fieldsOf(schema: z.core.$ZodType, length: Length, known: Known): Value | undefined {
  const roles = new Map(namesIn(schema as z.ZodType).map(({ argument, what }) => [argument, what]));
  const indices = new Set(containerIndices(schema as z.ZodType));
  const made: Record<string, Value> = {};
  const required: string[] = [];
  const workloads: Value[] = [];
  for (const [name, field] of Object.entries(objectShape(schema))) {
    if (known.omit?.includes(name) === true) continue;
    const optional = known.defaulted === true || field instanceof z.ZodOptional || field instanceof z.ZodDefault;
    const role = roles.get(name);
    const names = role === undefined ? undefined : known.names[role];
    const value =
      role !== undefined
        ? names && one(...names)
        : // A container that no pod has is refused.
          indices.has(name)
          ? one(0)
          : (valueOf(field, length, known) ??
            (name in known.texts && !isLeft(optional, known) ? one(...known.texts[name]) : undefined));
    if (role !== undefined && known.exclusive.has(role) && optional && value !== undefined)
      workloads.push(value.map((named) => ({ [name]: named })));
    else if (value !== undefined) made[name] = value;
    else if (!optional) return undefined;
    if ((!optional || known.full === true) && value !== undefined) required.push(name);
  }
  const fields = fc.record(made, { requiredKeys: required });
  if (workloads.length === 0) return fields;
  // Pods are those of one workload, or any.
  return fc
    .tuple(fields, fc.oneof(fc.constant({}), ...workloads))
    .map(([all, whose]) => ({ ...all, ...(whose as object) }));
}

/** Texts are for what is required, and for parts of which a field has its default elsewhere. */
function isLeft(optional: boolean, { defaulted }: Known): boolean {
  return optional && defaulted !== true;
}
