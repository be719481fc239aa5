// Random faults: every member of the family, with arguments made from its own schema, one by one and in pairs that overlap.
import * as fc from 'fast-check';
import { namesIn } from '../../src/lib/naming.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { fieldsOf, type Known, type Value } from './from-schema.ts';
import { FILES } from './surroundings.ts';
import type { Length } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);

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

const KNOWN: Known = { names: NAMES, texts: VALUES, exclusive: WORKLOADS };

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
    const fields = WRITTEN[name] ?? fieldsOf(args, length, KNOWN)?.filter((written) => args.safeParse(written).success);
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
