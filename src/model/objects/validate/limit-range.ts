// Validation of LimitRanges (pkg/apis/core/validation).
import type { LimitRangeItem } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { labelKeyProblems } from '../../parse/label-syntax.ts';
import { parseQuantity, type Quantity } from '../../parse/quantity.ts';
import type { Errors } from './errors.ts';
import { validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';
import { isOvercommitAllowed, validateContainerResourceName, validateResourceName } from './resources.ts';

const TYPES = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);
const PARTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
/** Beyond these, thousandths of an amount do not fit 64 bits. */
const MOST_MILLI = (2n ** 63n - 1n) / 1000n;

type Part = (typeof PARTS)[number];
type Amounts = Readonly<Record<Part, Quantity | undefined>>;

export interface LimitRange {
  metadata: ObjectMeta;
  spec: { limits: readonly LimitRangeItem[] | null };
}

export function validateLimitRange({ metadata, spec }: LimitRange, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  const types = new Set<string>();
  for (const [index, item] of (spec.limits ?? []).entries()) {
    const path = `spec.limits[${index}]`;
    validateType(item.type, `${path}.type`, errors);
    if (types.has(item.type)) errors.duplicate(`${path}.type`, item.type);
    types.add(item.type);
    validateItem(item, path, errors);
  }
}

function validateType(type: string, path: string, errors: Errors): void {
  const problems = labelKeyProblems(type);
  errors.invalidEach(path, type, problems);
  if (problems.length === 0 && !type.includes('/') && !TYPES.has(type)) {
    errors.invalid(path, type, 'must be a standard limit type or fully qualified');
  }
}

function validateItem(item: LimitRangeItem, path: string, errors: Errors): void {
  const isPod = item.type === 'Pod';
  const checkName = isPod || item.type === 'Container' ? validateContainerResourceName : validateResourceName;
  const names = new Set<string>();
  for (const part of PARTS) {
    const amounts = Object.keys(item[part] ?? {});
    if (isPod && (part === 'default' || part === 'defaultRequest')) {
      if (amounts.length > 0) errors.forbidden(`${path}.${part}`, "may not be specified when `type` is 'Pod'");
      continue;
    }
    for (const name of amounts) {
      checkName(name, `${path}.${part}[${name}]`, errors);
      names.add(name);
    }
    // Checked before the ratios are.
    if (part === 'defaultRequest') validateClaimLimits(item, path, errors);
  }
  if (isPod) validateClaimLimits(item, path, errors);
  for (const name of names) validateOrder(name, amountsOf(item, name, isPod), path, errors);
}

function validateClaimLimits({ type, min, max }: LimitRangeItem, path: string, errors: Errors): void {
  if (type !== 'PersistentVolumeClaim' || min?.storage !== undefined || max?.storage !== undefined) return;
  const message = 'either minimum or maximum storage value is required, but neither was provided';
  errors.required(`${path}.limits`, message);
}

function amountsOf(item: LimitRangeItem, name: string, isPod: boolean): Amounts {
  const amount = (part: Part): Quantity | undefined => {
    if (isPod && (part === 'default' || part === 'defaultRequest')) return undefined;
    const text = item[part]?.[name];
    return text === undefined ? undefined : parseQuantity(text);
  };
  return Object.fromEntries(PARTS.map((part) => [part, amount(part)])) as Amounts;
}

function validateOrder(name: string, amounts: Amounts, path: string, errors: Errors): void {
  const { min, max, default: limit, defaultRequest: request, maxLimitRequestRatio: ratio } = amounts;
  const ordered = (
    low: Quantity | undefined,
    high: Quantity | undefined,
    at: string,
    shown: Quantity | undefined,
    words: readonly [string, string],
  ): void => {
    if (low === undefined || high === undefined || low.compare(high) <= 0) return;
    const message = `${words[0]} value ${low.canonical()} is greater than ${words[1]} value ${high.canonical()}`;
    errors.invalid(`${path}.${at}[${name}]`, shown?.canonical(), message);
  };
  ordered(min, max, 'min', min, ['min', 'max']);
  ordered(min, request, 'defaultRequest', request, ['min', 'default request']);
  ordered(request, max, 'defaultRequest', request, ['default request', 'max']);
  ordered(request, limit, 'defaultRequest', request, ['default request', 'default limit']);
  ordered(min, limit, 'default', min, ['min', 'default']);
  ordered(limit, max, 'default', max, ['default', 'max']);
  if (ratio !== undefined) validateRatio(ratio, min, max, `${path}.maxLimitRequestRatio[${name}]`, errors);
  if (isOvercommitAllowed(name) || limit === undefined || request === undefined || limit.compare(request) === 0) return;
  const message = `default value ${limit.canonical()} must equal to defaultRequest value ${request.canonical()} in ${name}`;
  errors.invalid(`${path}.defaultRequest[${name}]`, request.canonical(), message);
}

function validateRatio(
  ratio: Quantity,
  min: Quantity | undefined,
  max: Quantity | undefined,
  path: string,
  errors: Errors,
): void {
  if (ratio.compare(parseQuantity('1')) < 0) {
    errors.invalid(path, ratio.canonical(), `ratio ${ratio.canonical()} is less than 1`);
  }
  if (min === undefined || max === undefined) return;
  const inMilli = [ratio, min, max].every((amount) => amount.value() < MOST_MILLI);
  const value = (amount: Quantity) => Number(inMilli ? amount.milliValue() : amount.value());
  const most = value(max) / value(min);
  const asked = inMilli ? value(ratio) / 1000 : value(ratio);
  if (asked > most) {
    errors.invalid(path, ratio.canonical(), `ratio ${ratio.canonical()} is greater than max/min = ${most.toFixed(6)}`);
  }
}
