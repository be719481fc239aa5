// IntOrString fields that take a number or a percentage: `maxSurge: 25%`.
import { InputError } from '../../lib/errors.ts';

const INTEGER = /^[+-]?[0-9]+$/;

/** The number that a value stands for, or why it is wrong, in Kubernetes' words. Percentages are of `total`. */
export function tryResolveIntOrPercent(
  value: number | string,
  total: number,
  roundUp: boolean,
): { readonly value: number } | { readonly error: string } {
  if (typeof value === 'number') return { value };
  const prefix = 'invalid value for IntOrString: ';
  if (!value.endsWith('%')) return { error: `${prefix}invalid type: string is not a percentage` };
  const digits = value.slice(0, -1);
  if (!INTEGER.test(digits)) {
    return {
      error: `${prefix}invalid value ${JSON.stringify(value)}: strconv.Atoi: parsing ${JSON.stringify(digits)}: invalid syntax`,
    };
  }
  const share = (Number(digits) * total) / 100;
  // `+ 0` turns -0 into 0.
  return { value: (roundUp ? Math.ceil(share) : Math.floor(share)) + 0 };
}

/** As tryResolveIntOrPercent; throws InputError for a string that is not a whole percentage. */
export function resolveIntOrPercent(value: number | string, total: number, roundUp: boolean): number {
  const result = tryResolveIntOrPercent(value, total, roundUp);
  if ('error' in result) throw new InputError(result.error);
  return result.value;
}
