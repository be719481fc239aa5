// Random faults: every member of the family, with arguments made from its own schema, one by one and in pairs that overlap.
import * as fc from 'fast-check';
import { z } from 'zod';
import { bare, objectShape, typeName } from '../../src/lib/describe.ts';
import { containerIndices, namesIn } from '../../src/lib/naming.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import type { Length } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);

/** What every random scenario has, by what arguments name: a required name of anything else cannot be made. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  Node: ['node-0'],
  zone: ['a'],
  Deployment: ['a', 'b'],
  'external system': ['db.example'],
};

type Value = fc.Arbitrary<unknown>;

/** Values of a schema; undefined for one of which nothing is known but that it is text. */
function valueOf(schema: z.core.$ZodType, length: Length): Value | undefined {
  const type = typeName(schema, (text) => text);
  if (/distribution/.test(type)) return /above 0/.test(type) ? one('10s', '2m') : length(60_000);
  if (type.startsWith('duration')) return /above 0/.test(type) ? one('1ms', '1s', '1m') : one<unknown>(0, '1s', '1m');
  const inner = bare(schema);
  if (inner instanceof z.ZodBoolean) return fc.boolean();
  if (inner instanceof z.ZodEnum) return one(...inner.options);
  if (inner instanceof z.ZodLiteral) return one(...inner.values);
  if (inner instanceof z.ZodNumber) return numberOf(inner);
  if (inner instanceof z.ZodUnion) {
    const options = inner.options.flatMap((option) => valueOf(option, length) ?? []);
    return options.length === 0 ? undefined : fc.oneof(...options);
  }
  if (inner instanceof z.ZodObject) return fieldsOf(inner, length);
  if (!(inner instanceof z.ZodArray)) return undefined;
  const item = valueOf(inner.element, length);
  return item === undefined ? undefined : fc.array(item, { minLength: 1, maxLength: 2 });
}

function numberOf({ isInt, minValue, maxValue }: z.ZodNumber): Value {
  const least = Math.max(minValue ?? 0, -10);
  const most = Math.min(maxValue ?? 10, least + 300);
  const middle = (least + Math.min(most, least + 2)) / 2;
  return one(least, isInt ? Math.ceil(middle) : middle, most);
}

/** Every optional field may be absent, and is where nothing is known of its values. Undefined when a required one cannot be made. */
function fieldsOf(schema: z.core.$ZodType, length: Length): Value | undefined {
  const roles = new Map(namesIn(schema as z.ZodType).map(({ argument, what }) => [argument, what]));
  const indices = new Set(containerIndices(schema as z.ZodType));
  const known: Record<string, Value> = {};
  const required: string[] = [];
  for (const [name, field] of Object.entries(objectShape(schema))) {
    const optional = field instanceof z.ZodOptional || field instanceof z.ZodDefault;
    const role = roles.get(name);
    const names = role === undefined ? undefined : NAMES[role];
    const value =
      role !== undefined
        ? names && one(...names)
        : // A container that no pod has is refused.
          indices.has(name)
          ? one(0)
          : valueOf(field, length);
    if (value !== undefined) known[name] = value;
    else if (!optional) return undefined;
    if (!optional) required.push(name);
  }
  return fc.record(known, { requiredKeys: required });
}

interface Made {
  readonly made: readonly { readonly name: string; readonly value: Value }[];
  /** Members that need what no random scenario has. */
  readonly left: readonly string[];
}

/** The members of the family, each with its random arguments. */
export function membersOf(length: Length): Made {
  const made: { name: string; value: Value }[] = [];
  const left: string[] = [];
  for (const { name, args } of builtInFamilies.faults.members) {
    const fields = fieldsOf(args, length);
    const value = fields
      // What fields must not be together, the schema says when it is asked.
      ?.filter((written) => args.safeParse(written).success)
      .map((written) => ({ [name]: written }));
    if (value === undefined) left.push(name);
    else made.push({ name, value });
  }
  return { made, left };
}

/** A fault as `fault:` has it. */
export function faultOf(length: Length): fc.Arbitrary<object> {
  return fc.oneof(...membersOf(length).made.map(({ value }) => value)) as fc.Arbitrary<object>;
}

/** Two faults at once or shortly one after the other, for the timeline. */
export function pairOf(length: Length): fc.Arbitrary<{ readonly at: string; readonly fault: object }[]> {
  const fault = faultOf(length);
  return fc
    .tuple(fc.integer({ min: 1, max: 100_000 }), one(0, 1, 5000, 40_000), fault, fault)
    .map(([ms, apart, first, second]) => [
      { at: `${ms}ms`, fault: first },
      { at: `${ms + apart}ms`, fault: second },
    ]);
}
