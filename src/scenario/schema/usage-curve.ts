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
      const point = timeOf(one);
      if (point === undefined)
        return refused(context, [index], `expected { at: duration, value: quantity }, got ${show(one)}`);
      if (point.atUs < (points.at(-1)?.atUs ?? 0))
        return refused(context, [index, 'at'], 'must not be before the point above it');
      points.push(point);
    }
    return points;
  })
  .meta({ type: 'quantity, or a list of points' });

const BY_PROGRESS = '{ progress: 0% to 100%, value: quantity }';

/** The same, or points by the progress of work: `{ progress: 50%, value: 2 }`. */
export const progressCurve = z
  .unknown()
  .transform((value, context): UsageCurve => {
    const isByProgress = Array.isArray(value) && value.some((one) => pairOf(one, 'progress') !== undefined);
    if (!isByProgress) return parsedCurve(value, context);
    const points: UsagePoint[] = [];
    for (const [index, one] of value.entries()) {
      const point = shareOf(one);
      if (point === undefined) return refused(context, [index], `expected ${BY_PROGRESS}, got ${show(one)}`);
      if (point.share < (points.at(-1)?.share ?? 0))
        return refused(context, [index, 'progress'], 'must not be before the point above it');
      points.push(point);
    }
    return points;
  })
  .meta({ type: 'quantity, or a list of points' });

function parsedCurve(value: unknown, context: z.RefinementCtx): UsageCurve {
  const read = usageCurve.safeParse(value);
  if (read.success) return read.data;
  const [{ path, message }] = read.error.issues;
  return refused(context, path as (string | number)[], message);
}

/** Where a point stands, and its value, if it has this key and no other beside `value`. */
function pairOf(point: unknown, key: 'at' | 'progress'): readonly [where: unknown, value: unknown] | undefined {
  if (typeof point !== 'object' || point === null) return undefined;
  if (!(key in point) || Object.keys(point).some((one) => one !== key && one !== 'value')) return undefined;
  const { [key]: where, value } = point as Readonly<Record<string, unknown>>;
  return [where, value];
}

function timeOf(point: unknown): UsagePoint | undefined {
  const [at, written] = pairOf(point, 'at') ?? [];
  const atUs = at === 0 ? 0 : typeof at === 'string' ? parseDurationUs(at) : undefined;
  const amount = amountOf(written);
  return atUs === undefined || amount === undefined ? undefined : { atUs, amount };
}

function shareOf(point: unknown): (UsagePoint & { readonly share: number }) | undefined {
  const [progress, written] = pairOf(point, 'progress') ?? [];
  const percent = typeof progress === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(progress)?.[1] : undefined;
  const share = percent === undefined ? progress : Number(percent) / 100;
  const amount = amountOf(written);
  if (typeof share !== 'number' || !(share >= 0 && share <= 1) || amount === undefined) return undefined;
  return { atUs: 0, share, amount };
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
