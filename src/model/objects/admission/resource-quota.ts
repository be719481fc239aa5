// A ResourceQuota as an object, and the amounts in it.
import { parseQuantity } from '../../parse/quantity.ts';
import type { QuotaStatus } from './quota-charge.ts';
import { requirementsOf, type Scoped } from './quota-scopes.ts';
import type { Usage } from './quota-usage.ts';

export type Amounts = Readonly<Record<string, string>>;

export interface ResourceQuotaSpec extends Scoped {
  readonly hard?: Amounts;
}

export interface ResourceQuotaStatus {
  readonly hard?: Amounts;
  readonly used?: Amounts;
}

interface ResourceQuota {
  readonly metadata: { readonly name: string };
  readonly spec?: ResourceQuotaSpec;
  readonly status?: ResourceQuotaStatus;
}

export function amountsOf(amounts: Amounts | undefined): Usage {
  return new Map(Object.entries(amounts ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

export function printedAmounts(usage: Usage): Amounts {
  return Object.fromEntries([...usage].map(([name, amount]) => [name, amount.canonical()]));
}

/** As admission sees it: what its status says. */
export function quotaStatus({ metadata, spec, status }: ResourceQuota): QuotaStatus {
  return {
    name: metadata.name,
    requirements: requirementsOf(spec ?? {}),
    hard: amountsOf(status?.hard),
    used: amountsOf(status?.used),
  };
}
