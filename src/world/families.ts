// Every family of extensions, for the loader that checks their arguments, for the world that uses them, for `wavetank list`.
import type { z } from 'zod';
import { rollouts } from '../controllers/rollouts/index.ts';
import { faults } from '../faults/models/index.ts';
import { InputError } from '../lib/errors.ts';
import { extended, type Family, type FamilySchema, familySchema, type Member } from '../lib/family.ts';
import { balancers } from '../network/balancers/index.ts';
import { arrivals } from '../traffic/arrivals/index.ts';
import { didYouMean } from '../lib/suggest.ts';

export interface Families {
  readonly arrivals: typeof arrivals;
  readonly balancers: typeof balancers;
  readonly faults: typeof faults;
  readonly rollouts: typeof rollouts;
}

export const builtInFamilies: Families = { arrivals, balancers, faults, rollouts };

/** The families that a plugin may add to. What a Deployment's strategy may be is the API server's to say. */
const pluggable = ['arrivals', 'balancers', 'faults'] as const;

/** What the members' arguments look like, as data. */
export function familySchemas(families: Families): Readonly<Record<keyof Families, FamilySchema>> {
  return {
    arrivals: familySchema(families.arrivals),
    balancers: familySchema(families.balancers),
    faults: familySchema(families.faults),
    rollouts: familySchema(families.rollouts),
  };
}

/** A family as a list of names, summaries and schemas. */
export interface ListedFamily {
  readonly name: string;
  readonly summary: string;
  readonly members: readonly { readonly name: string; readonly summary: string; readonly args: z.ZodType }[];
}

export function listed(families: Families): Readonly<Record<keyof Families, ListedFamily>> {
  return families;
}

/**
 * The families with what a plugin brings: an object with lists of members by family, `{ balancers: [member, …] }`.
 * Throws an InputError when it is anything else.
 */
export function withPlugin(families: Families, brought: unknown, file: string): Families {
  if (typeof brought !== 'object' || brought === null) throw new InputError({ file, message: SHAPE });
  for (const name of Object.keys(brought)) {
    if (!pluggable.some((one) => one === name)) {
      const valid = `a plugin adds to ${pluggable.join(', ')}${didYouMean(name, pluggable)}`;
      throw new InputError({ file, path: name, message: `unknown family, ${valid}` });
    }
  }
  return {
    ...families,
    arrivals: add(families.arrivals, brought, 'arrivals', file),
    balancers: add(families.balancers, brought, 'balancers', file),
    faults: add(families.faults, brought, 'faults', file),
  };
}

const SHAPE =
  'expected a default export like `({ z }) => ({ balancers: [{ name, summary, args: z.strictObject({}), create }] })`';

function add<Context, Built>(
  family: Family<Context, Built>,
  brought: object,
  name: (typeof pluggable)[number],
  file: string,
): Family<Context, Built> {
  const members = (brought as Readonly<Record<string, unknown>>)[name] ?? [];
  if (!Array.isArray(members) || !members.every(isMember)) throw new InputError({ file, path: name, message: SHAPE });
  return extended(family, members as Member<Context, Built>[]);
}

function isMember(value: unknown): boolean {
  const { name, summary, args, create } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    typeof summary === 'string' &&
    typeof create === 'function' &&
    typeof (args as { safeParse?: unknown } | undefined)?.safeParse === 'function'
  );
}
