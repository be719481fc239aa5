// An amount over time: a quantity, or a list of points between which it changes evenly.
import { z } from 'zod';
import { show } from '../../lib/show.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { tryParseQuantity } from '../../model/parse/quantity.ts';
import type { UsageCurve, UsagePoint } from '../../model/settings/usage.ts';

const SHAPE = 'a quantity such as "250m" or "200Mi", or a list of points such as { at: 1m, value: 250m }';

/** Yields the amount in units: CPUs, bytes, pieces. */
export const usageCurve = z
  .unknown()
  .transform((value, context): UsageCurve => {
    if (!Array.isArray(value)) {
      const amount = amountOf(value);
      if (amount !== undefined) return [{ atUs: 0, amount }];
      return refused(context, [], `expected ${SHAPE}, got ${show(value)}`);
    }
    if (value.length === 0) return refused(context, [], `expected ${SHAPE}, got an empty list`);
    const points: UsagePoint[] = [];
    for (const [index, one] of value.entries()) {
      const point = pointOf(one);
      if (point === undefined)
        return refused(context, [index], `expected { at: duration, value: quantity }, got ${show(one)}`);
      if (point.atUs < (points.at(-1)?.atUs ?? 0))
        return refused(context, [index, 'at'], 'must not be before the point above it');
      points.push(point);
    }
    return points;
  })
  .meta({ type: 'quantity, or a list of points' });

function pointOf(value: unknown): UsagePoint | undefined {
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.keys(value).some((key) => key !== 'at' && key !== 'value')
  ) {
    return undefined;
  }
  const { at, value: written } = value as { readonly at?: unknown; readonly value?: unknown };
  const atUs = at === 0 ? 0 : typeof at === 'string' ? parseDurationUs(at) : undefined;
  const amount = amountOf(written);
  return atUs === undefined || amount === undefined ? undefined : { atUs, amount };
}

function amountOf(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const read = tryParseQuantity(value);
  if (!('quantity' in read) || read.quantity.sign() < 0) return undefined;
  return read.quantity.approximate();
}

function refused(context: z.RefinementCtx, path: (string | number)[], message: string): never {
  context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
}
