// One item of a LimitRange against requests and limits: its minima, maxima and ratios (plugin/pkg/admission/limitranger).
import type { LimitRangeItem } from 'kubernetes-types/core/v1.js';
import { parseQuantity, type Quantity } from '../../parse/quantity.ts';

type Amounts = Readonly<Record<string, string>>;

/** Beyond it thousandths do not fit 64 bits. */
const MOST_IN_MILLI = (2n ** 63n - 1n) / 1000n;
const ZERO = parseQuantity('0');

export class LimitConstraints {
  readonly #item: LimitRangeItem;

  constructor(item: LimitRangeItem) {
    this.#item = item;
  }

  problems(requests: Amounts, limits: Amounts): string[] {
    const { type, min = {}, max = {}, maxLimitRequestRatio: ratios = {} } = this.#item;
    return [
      ...each(min, (name, bound) => minimum(type, name, bound, requests[name], limits[name])),
      ...each(max, (name, bound) => maximum(type, name, bound, requests[name], limits[name])),
      ...each(ratios, (name, bound) => ratio(type, name, bound, requests[name], limits[name])),
    ];
  }

  /** Of a claim only the requests count. */
  claimProblems(requests: Amounts): string[] {
    const { type, min = {}, max = {} } = this.#item;
    return [
      ...each(min, (name, bound) => minimum(type, name, bound, requests[name], undefined)),
      ...each(max, (name, bound) => {
        const start = `maximum ${name} usage per ${type} is ${bound}`;
        const request = requests[name];
        if (request === undefined) return `${start}.  No request is specified`;
        return compare(request, bound) > 0 ? `${start}, but request is ${shown(request)}` : undefined;
      }),
    ];
  }
}

function each(bounds: Amounts, check: (name: string, bound: string) => string | undefined): string[] {
  return Object.entries(bounds).flatMap(([name, bound]) => check(name, shown(bound)) ?? []);
}

function minimum(
  type: string,
  name: string,
  bound: string,
  request: string | undefined,
  limit: string | undefined,
): string | undefined {
  const start = `minimum ${name} usage per ${type} is ${bound}`;
  if (request === undefined) return `${start}.  No request is specified`;
  if (compare(request, bound, limit) < 0) return `${start}, but request is ${shown(request)}`;
  if (limit !== undefined && compare(limit, bound, request) < 0) return `${start}, but limit is ${shown(limit)}`;
  return undefined;
}

function maximum(
  type: string,
  name: string,
  bound: string,
  request: string | undefined,
  limit: string | undefined,
): string | undefined {
  const start = `maximum ${name} usage per ${type} is ${bound}`;
  if (limit === undefined) return `${start}.  No limit is specified`;
  if (compare(limit, bound, request) > 0) return `${start}, but limit is ${shown(limit)}`;
  if (request !== undefined && compare(request, bound, limit) > 0) return `${start}, but request is ${shown(request)}`;
  return undefined;
}

function ratio(
  type: string,
  name: string,
  bound: string,
  request: string | undefined,
  limit: string | undefined,
): string | undefined {
  const start = `${name} max limit to request ratio per ${type} is ${bound}`;
  const most = parseQuantity(bound);
  const [requested, limited] = inOneUnit([quantity(request), quantity(limit), most]);
  if (request === undefined || requested === 0n) return `${start}, but no request is specified or request is 0`;
  if (limit === undefined || limited === 0n) return `${start}, but no limit is specified or limit is 0`;
  const found = Number(limited) / Number(requested);
  const isFine =
    most.value() <= MOST_IN_MILLI ? found * 1000 <= Number(most.milliValue()) : found <= Number(most.value());
  return isFine ? undefined : `${start}, but provided ratio is ${found.toFixed(6)}`;
}

/** Negative, 0 or positive: in the unit in which these and the third amount can all be expressed. */
function compare(amount: string, bound: string, third?: string): number {
  const [a, b] = inOneUnit([parseQuantity(amount), parseQuantity(bound), quantity(third)]);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** In thousandths, unless one of them is too large for that. */
function inOneUnit(amounts: readonly [Quantity, Quantity, Quantity]): [bigint, bigint] {
  const inMilli = amounts.every((amount) => amount.value() <= MOST_IN_MILLI);
  const [a, b] = amounts.map((amount) => (inMilli ? amount.milliValue() : amount.value())) as [bigint, bigint];
  return [a, b];
}

function quantity(text: string | undefined): Quantity {
  return text === undefined ? ZERO : parseQuantity(text);
}

function shown(text: string): string {
  return parseQuantity(text).canonical();
}
