// What the objects of a namespace use of a quota, counted again (pkg/quota/v1, CalculateUsage).
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { fitsInt64 } from '../../parse/int64.ts';
import { parseQuantity, Quantity } from '../../parse/quantity.ts';
import { claimInScope, podInScope, requirementsOf } from './quota-scopes.ts';
import {
  claimUsage,
  isCountable,
  isUsedBy,
  masked,
  objectUsage,
  podUsage,
  serviceUsage,
  sum,
  type Usage,
} from './quota-usage.ts';
import { amountsOf, type ResourceQuotaSpec } from './resource-quota.ts';

const ZERO = parseQuantity('0');

/** What there is in a namespace. */
export interface QuotaContent {
  /** Of each kind of pod: how many, and how many of them count in full. */
  pods(): Iterable<{ readonly spec: PodSpec; readonly all: number; readonly running: number }>;
  /** Everything else, with its resource: `deployments.apps`. */
  objects(): Iterable<{ readonly resource: string; readonly object: object }>;
}

export function recount(spec: ResourceQuotaSpec, content: QuotaContent): Usage {
  const names = Object.keys(spec.hard ?? {}).filter(isCountable);
  const requirements = requirementsOf(spec);
  let used: Usage = new Map(names.map((name) => [name, ZERO]));
  if (names.some((name) => isUsedBy('pods', name))) {
    for (const { spec: pod, all, running } of content.pods()) {
      if (!requirements.every((one) => podInScope(pod, one))) continue;
      used = sum(used, times(podUsage(pod, true), running));
      used = sum(used, times(podUsage(pod, false), all - running));
    }
  }
  if (names.some((name) => !isUsedBy('pods', name))) {
    for (const { resource, object } of content.objects()) {
      const { spec: body = {} } = object as { readonly spec?: object };
      const mayBeInScope = resource === 'persistentvolumeclaims';
      if (!requirements.every((one) => mayBeInScope && claimInScope(body, one))) continue;
      used = sum(used, objectUsageOf(resource, object));
    }
  }
  return masked(used, amountsOf(spec.hard));
}

/** What one object that is no pod uses. */
export function objectUsageOf(resource: string, object: object): Usage {
  if (resource === 'services') return serviceUsage(object);
  if (resource === 'persistentvolumeclaims') return claimUsage(object);
  return objectUsage(resource);
}

function times(usage: Usage, count: number): Usage {
  if (count === 0) return new Map();
  return new Map([...usage].map(([name, amount]) => [name, multiplied(amount, BigInt(count))]));
}

function multiplied({ coefficient, exponent, small, format }: Quantity, count: bigint): Quantity {
  const product = coefficient * count;
  return new Quantity(product, exponent, small && fitsInt64(product), format);
}
