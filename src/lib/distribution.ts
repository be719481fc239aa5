// Distributions as a scenario writes them: `12ms`, or `{ lognormal: { median: 12ms, sigma: 0.6 } }`.
import { z } from 'zod';
import { duration } from './units.ts';

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
  | { readonly type: 'empirical'; readonly values: readonly number[] };

const positive = z.number().positive();
const some = duration.refine((us) => us > 0, 'must be above 0');

const forms = {
  constant: duration.transform((value): DistributionSpec => ({ type: 'constant', value })),
  uniform: z
    .strictObject({ min: duration, max: duration })
    .refine(({ min, max }) => min <= max, 'min must not exceed max')
    .transform((args): DistributionSpec => ({ type: 'uniform', ...args })),
  exponential: z.strictObject({ mean: some }).transform((args): DistributionSpec => ({ type: 'exponential', ...args })),
  gamma: z
    .strictObject({ shape: positive, mean: some })
    .transform((args): DistributionSpec => ({ type: 'gamma', ...args })),
  hyperexponential: z
    .strictObject({ mean: some, scv: z.number().min(1) })
    .transform((args): DistributionSpec => ({ type: 'hyperexponential', ...args })),
  lognormal: z
    .strictObject({ median: some, sigma: z.number().nonnegative() })
    .transform((args): DistributionSpec => ({ type: 'lognormal', ...args })),
  weibull: z
    .strictObject({ shape: positive, scale: some })
    .transform((args): DistributionSpec => ({ type: 'weibull', ...args })),
  pareto: z
    .strictObject({ shape: positive, min: some, max: some })
    .refine(({ min, max }) => min < max, 'min must be below max')
    .transform((args): DistributionSpec => ({ type: 'pareto', ...args })),
  /** One column of a CSV file with a header; the loader reads it from the scenario's folder and leaves the values here. */
  empirical: z
    .strictObject({ file: z.string(), column: z.string(), unit: z.enum(['us', 'ms', 's']).default('s') })
    .or(z.strictObject({ values: z.array(duration).min(1) }))
    .transform((args, context): DistributionSpec => {
      if ('values' in args) return { type: 'empirical', values: args.values };
      context.addIssue({ code: 'custom', message: 'a file is read by the loader before this schema' });
      return z.NEVER;
    }),
};

export const distributionNames = Object.keys(forms) as readonly (keyof typeof forms)[];

/** A duration that may vary: a plain duration is a constant. Yields microseconds. */
export const distribution = z.union([
  forms.constant,
  z.strictObject({ constant: forms.constant }).transform((form) => form.constant),
  z.strictObject({ uniform: forms.uniform }).transform((form) => form.uniform),
  z.strictObject({ exponential: forms.exponential }).transform((form) => form.exponential),
  z.strictObject({ gamma: forms.gamma }).transform((form) => form.gamma),
  z.strictObject({ hyperexponential: forms.hyperexponential }).transform((form) => form.hyperexponential),
  z.strictObject({ lognormal: forms.lognormal }).transform((form) => form.lognormal),
  z.strictObject({ weibull: forms.weibull }).transform((form) => form.weibull),
  z.strictObject({ pareto: forms.pareto }).transform((form) => form.pareto),
  z.strictObject({ empirical: forms.empirical }).transform((form) => form.empirical),
]);

/** A lognormal by its median in microseconds, the form in which the model's default delays are given. */
export function lognormalUs(median: number, sigma: number): DistributionSpec {
  return { type: 'lognormal', median, sigma };
}
