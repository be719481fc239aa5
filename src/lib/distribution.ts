// Distributions as a scenario writes them: `12ms`, or `{ lognormal: { median: 12ms, sigma: 0.6 } }`.
import { z } from 'zod';
import { choice } from './choice.ts';
import { addFlaws, check } from './explain.ts';
import { duration, someDuration } from './units.ts';

/** A distribution as plain data. Values are in one unit of the caller's choice; those of a scenario are microseconds. */
export type DistributionSpec =
  | { readonly type: 'constant'; readonly value: number }
  | { readonly type: 'uniform'; readonly min: number; readonly max: number }
  | { readonly type: 'exponential'; readonly mean: number }
  | { readonly type: 'gamma'; readonly shape: number; readonly mean: number }
  | { readonly type: 'hyperexponential'; readonly mean: number; readonly scv: number }
  | { readonly type: 'lognormal'; readonly median: number; readonly sigma: number }
  | { readonly type: 'weibull'; readonly shape: number; readonly scale: number }
  | { readonly type: 'pareto'; readonly shape: number; readonly min: number; readonly max: number }
  /** The first of three ends of life: infant mortality (shape below 1), a steady rate, wear-out (shape above 1). */
  | {
      readonly type: 'bathtub';
      readonly infant: Weibull;
      readonly steady: number;
      readonly wearOut: Weibull;
    }
  | { readonly type: 'empirical'; readonly values: readonly number[] };

interface Weibull {
  readonly shape: number;
  readonly scale: number;
}

const positive = z.number().positive();

/** The arguments of each form, for the loader's reference and for `distribution`. */
export const distributionForms = {
  constant: duration.transform((value): DistributionSpec => ({ type: 'constant', value })),
  uniform: z
    .strictObject({ min: duration, max: duration })
    .refine(({ min, max }) => min <= max, 'min must not exceed max')
    .transform((args): DistributionSpec => ({ type: 'uniform', ...args })),
  exponential: z
    .strictObject({ mean: someDuration })
    .transform((args): DistributionSpec => ({ type: 'exponential', ...args })),
  gamma: z
    .strictObject({ shape: positive, mean: someDuration })
    .transform((args): DistributionSpec => ({ type: 'gamma', ...args })),
  hyperexponential: z
    .strictObject({ mean: someDuration, scv: z.number().min(1) })
    .transform((args): DistributionSpec => ({ type: 'hyperexponential', ...args })),
  lognormal: z
    .strictObject({ median: someDuration, sigma: z.number().nonnegative() })
    .transform((args): DistributionSpec => ({ type: 'lognormal', ...args })),
  weibull: z
    .strictObject({ shape: positive, scale: someDuration })
    .transform((args): DistributionSpec => ({ type: 'weibull', ...args })),
  /** Lifetimes: the least of three, so that the rate of failures falls, is flat, and rises again. */
  bathtub: z
    .strictObject({
      infant: z.strictObject({ shape: positive.lt(1), scale: someDuration }),
      steady: someDuration,
      wearOut: z.strictObject({ shape: z.number().gt(1), scale: someDuration }),
    })
    .transform((args): DistributionSpec => ({ type: 'bathtub', ...args })),
  pareto: z
    .strictObject({ shape: positive, min: someDuration, max: someDuration })
    .refine(({ min, max }) => min < max, 'min must be below max')
    .transform((args): DistributionSpec => ({ type: 'pareto', ...args })),
  /** `{ file, column, unit }` names a column of a CSV file: the loader reads it and leaves `values` in its place. */
  empirical: z
    .strictObject({ values: z.array(duration).min(1) })
    .transform(({ values }): DistributionSpec => ({ type: 'empirical', values })),
} as const;

const named = choice<DistributionSpec>('a duration or a distribution', distributionForms);

/** A duration that may vary: a plain duration is a constant. Yields microseconds. */
export const distribution: z.ZodType<DistributionSpec> = z
  .unknown()
  .transform((value, context): DistributionSpec => {
    const plain = typeof value !== 'object' || value === null;
    const checked = check(plain ? distributionForms.constant : named, value);
    if (checked.ok) return checked.value;
    addFlaws(context, checked.flaws, []);
    return z.NEVER;
  })
  .meta({ type: 'distribution' });

/** One that is not always 0: for what happens again and again, or time would stand still. */
export const movingDistribution: z.ZodType<DistributionSpec> = distribution
  .refine(
    (spec) => !isAlwaysZero(spec),
    'expected a duration or distribution above 0: it is waited for again and again',
  )
  .meta({ type: 'distribution' });

function isAlwaysZero(spec: DistributionSpec): boolean {
  if (spec.type === 'constant') return spec.value === 0;
  if (spec.type === 'uniform') return spec.max === 0;
  return spec.type === 'empirical' && spec.values.every((value) => value === 0);
}
