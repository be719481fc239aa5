// Amounts of the two resources that a VerticalPodAutoscaler recommends: whole thousandths of a core and whole bytes, and what LimitRanges say of them.
import type { LimitRangeItem } from 'kubernetes-types/core/v1.js';
import { cpuMilli, wholeUnits } from './parse/quantity.ts';

export const RECOMMENDED = ['cpu', 'memory'] as const;
export type Recommended = (typeof RECOMMENDED)[number];

export function amountIn(
  list: Readonly<Record<string, string>> | null | undefined,
  resource: Recommended,
): number | undefined {
  const text = list?.[resource];
  if (text === undefined) return undefined;
  return resource === 'cpu' ? cpuMilli(text) : wholeUnits(text);
}

export function textOf(resource: Recommended, amount: number): string {
  return resource === 'cpu' ? `${amount}m` : String(amount);
}

/** What has the same proportion to `amount` as `result` to `base`, rounded down. Products of bytes are beyond what a double holds. */
export function scaled(amount: number, base: number, result: number): number {
  return Number((BigInt(amount) * BigInt(result)) / BigInt(base));
}

/** What all items together ask for: the tightest bounds, the last default. 0 is none. */
export function rangeOf(
  items: readonly LimitRangeItem[],
  resource: Recommended,
): { readonly min: number; readonly max: number; readonly fallback: number } {
  const all = (part: 'max' | 'min' | 'default'): number[] =>
    items.flatMap((item) => amountIn(item[part], resource) ?? []);
  const most = Math.min(Infinity, ...all('max'));
  return { min: Math.max(0, ...all('min')), max: most === Infinity ? 0 : most, fallback: all('default').at(-1) ?? 0 };
}

/** The limit that goes with a recommended request, in the proportion that limit and request had. 0 where there is no limit. */
export function limitWith(recommended: number, request: number | undefined, limit: number): number {
  if (limit === 0 || recommended === 0) return 0;
  // A limit without a request is the request.
  if (request === undefined || request === 0 || request === limit) return recommended;
  return scaled(limit, request, recommended);
}
