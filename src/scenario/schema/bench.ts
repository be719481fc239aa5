// `spec.bench`: the variants that `wavetank bench` compares, and `spec.scheduler.policy`, by which one names a scheduler.
import { z } from 'zod';
import { addFlaws, check, unknownName } from '../../lib/explain.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { familyUse } from './family-use.ts';
import { field } from './field.ts';

export const DEFAULT_POLICY = 'default';
export const VARIANT_TYPE = 'the name of a scheduler, or `{ name, set: { <path>: <value> } }`';
export const VARIANT_NAME = /^[A-Za-z0-9][\w.+-]*$/;

const variantName = z
  .string()
  .regex(VARIANT_NAME, 'expected a name of letters, digits, "-", "+", "." and "_"')
  .meta({ type: 'name' });

const variant = z.strictObject({
  name: field(variantName, 'Its name in tables and charts, and as `variant` in `where` of expectations.'),
  set: field(z.record(z.string(), z.unknown()), 'Values by path, as with `--set`.').default({}),
});

/** A scheduler: `default`, or a plugin, which may have arguments. */
export function policy(plugins: FamilySchema) {
  return familyUse('scheduler', withDefaultPolicy(plugins));
}

export function withDefaultPolicy(plugins: FamilySchema): FamilySchema {
  return new Map([[DEFAULT_POLICY, z.strictObject({})], ...plugins]);
}

/** The name of one. */
function schedulerName(plugins: FamilySchema) {
  const names = [DEFAULT_POLICY, ...plugins.keys()];
  return z
    .string()
    .refine((name) => names.includes(name), { error: ({ input }) => unknownName('scheduler', String(input), names) });
}

/** A plain text is the scheduler of that name, under that name. */
export function bench(plugins: FamilySchema) {
  const scheduler = schedulerName(plugins);
  const one = z
    .unknown()
    .transform((value, context): { readonly name: string; readonly set: Readonly<Record<string, unknown>> } => {
      const plain = typeof value === 'string';
      const checked = plain ? check(scheduler, value) : check(variant, value);
      if (!checked.ok) {
        addFlaws(context, checked.flaws, []);
        return z.NEVER;
      }
      const { value: found } = checked;
      return typeof found === 'string' ? { name: found, set: { 'spec.scheduler.policy': found } } : found;
    })
    .meta({ type: VARIANT_TYPE });
  return z.array(one);
}
