// Random faults: every member of the family, with arguments made from its own schema, one by one and in pairs that overlap.
import * as fc from 'fast-check';
import { z } from 'zod';
import { bare, objectShape, typeName } from '../../src/lib/describe.ts';
import { containerIndices, namesIn } from '../../src/lib/naming.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { FILES } from './surroundings.ts';
import type { Length } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);

type Value = fc.Arbitrary<unknown>;

/**
 * What random scenarios have, by what arguments name: a required name of anything else cannot be made. All have nodes, zones and Deployments;
 * `namedBy` says what else must be there.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  Node: ['node-0'],
  zone: ['a'],
  Deployment: ['a', 'b'],
  StatefulSet: ['s'],
  DaemonSet: ['d'],
  Rollout: ['r'],
  Job: ['j', 'k'],
  ConfigMap: ['config-0'],
  ResourceQuota: ['q'],
  'external system': ['db.example'],
};

/** Kinds of workloads that may be struck; some faults name one of them. */
const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'Job']);
/** Kinds of which a random scenario may have none. */
const SOMETIMES: ReadonlySet<string> = new Set([...WORKLOADS, 'ResourceQuota']);

/** What is required and cannot be told from a schema, by its argument. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  // Of the random Deployments, one that a registry has and one that it has not.
  image: ['img/a:1', 'img/a:2'],
  namespace: ['side'],
  key: ['key'],
  hard: [{ pods: '2' }, { pods: 0, 'requests.cpu': '1' }],
  rack: ['rack-0'],
  region: ['region-0'],
};

/** Members whose written arguments are not those of the schema. */
const WRITTEN: Readonly<Record<string, Value>> = {
  FailureTrace: one<object>({}, { speed: 0.5 }, { causes: ['Hardware'] }).map((more) => ({
    trace: { file: FILES.outages },
    ...more,
  })),
};

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
  const workloads: Value[] = [];
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
          : (valueOf(field, length) ?? (!optional && name in VALUES ? one(...VALUES[name]) : undefined));
    if (role !== undefined && WORKLOADS.has(role) && optional && value !== undefined)
      workloads.push(value.map((named) => ({ [name]: named })));
    else if (value !== undefined) known[name] = value;
    else if (!optional) return undefined;
    if (!optional) required.push(name);
  }
  const fields = fc.record(known, { requiredKeys: required });
  if (workloads.length === 0) return fields;
  // Pods are those of one workload, or any.
  return fc
    .tuple(fields, fc.oneof(fc.constant({}), ...workloads))
    .map(([all, whose]) => ({ ...all, ...(whose as object) }));
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
    // What fields must not be together, the schema says when it is asked.
    const fields = WRITTEN[name] ?? fieldsOf(args, length)?.filter((written) => args.safeParse(written).success);
    if (fields === undefined) left.push(name);
    else made.push({ name, value: fields.map((written) => ({ [name]: written })) });
  }
  return { made, left };
}

/** The objects that a fault names and that not every random scenario has, as `Kind/name`. */
export function namedBy(fault: object): string[] {
  return Object.entries(fault).flatMap(([member, args]) => {
    const schema = builtInFamilies.faults.members.find(({ name }) => name === member)?.args;
    if (schema === undefined) return [];
    return namesIn(schema).flatMap(({ argument, what }) => {
      const name = (args as Readonly<Record<string, unknown>>)[argument];
      return SOMETIMES.has(what) && typeof name === 'string' ? [`${what}/${name}`] : [];
    });
  });
}

/** Two faults at once or shortly one after the other, for the timeline. */
export function pairOf(
  first: fc.Arbitrary<object>,
  second: fc.Arbitrary<object>,
): fc.Arbitrary<{ readonly at: string; readonly fault: object }[]> {
  return fc
    .tuple(fc.integer({ min: 1, max: 100_000 }), one(0, 1, 5000, 40_000), first, second)
    .map(([ms, apart, before, after]) => [
      { at: `${ms}ms`, fault: before },
      { at: `${ms + apart}ms`, fault: after },
    ]);
}
