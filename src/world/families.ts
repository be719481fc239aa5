// Every family of extensions, for the loader that checks their arguments and for `wavetank list`.
import { rollouts } from '../controllers/rollouts/index.ts';
import { faults } from '../faults/models/index.ts';
import { type Family, type FamilySchema, familySchema } from '../lib/family.ts';
import { balancers } from '../network/balancers/index.ts';
import type { z } from 'zod';
import { arrivals } from '../traffic/arrivals/index.ts';

export const families = { arrivals, balancers, faults, rollouts } as const;

type Listed = Pick<Family<unknown, unknown>, 'name' | 'summary'> & {
  readonly members: readonly { readonly name: string; readonly summary: string; readonly args: z.ZodType }[];
};

/** The families as lists of names, summaries and schemas. */
export const listedFamilies: Readonly<Record<keyof typeof families, Listed>> = families;

/** What the members' arguments look like, as data. */
export function familySchemas(): Readonly<Record<keyof typeof families, FamilySchema>> {
  return {
    arrivals: familySchema(arrivals),
    balancers: familySchema(balancers),
    faults: familySchema(faults),
    rollouts: familySchema(rollouts),
  };
}
