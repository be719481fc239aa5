// Whether a request fits into the quotas of its namespace, and what they have used then (apiserver, admission/plugin/resourcequota, CheckRequest).
import type { Quantity } from '../../parse/quantity.ts';
import type { ScopeRequirement } from './quota-scopes.ts';
import { isUsedBy, masked, sum, type Usage } from './quota-usage.ts';

/** A quota as its status has it: limits that are not in force yet, limit nothing yet. */
export interface QuotaStatus {
  readonly name: string;
  readonly requirements: readonly ScopeRequirement[];
  readonly hard: Usage;
  readonly used: Usage;
}

/** Something that is to be created, or changed: then `usage` is what it will use more. */
export interface Request {
  /** Its plural: `pods`, `deployments.apps`. */
  readonly resource: string;
  readonly usage: Usage;
  inScope(requirement: ScopeRequirement): boolean;
  /** What it does not say although a quota tracks these names. */
  missing(tracked: readonly string[]): string | undefined;
}

export type QuotaAnswer =
  | { readonly refused: string }
  /** By the number of the quota: what it has used then. Quotas that are not here stay as they are. */
  | { readonly used: ReadonlyMap<number, Usage> };

export function chargeQuotas(quotas: readonly QuotaStatus[], request: Request): QuotaAnswer {
  const concerned: number[] = [];
  for (const [index, quota] of quotas.entries()) {
    const tracked = [...quota.hard.keys()].filter((name) => isUsedBy(request.resource, name));
    if (tracked.length === 0 || !quota.requirements.every((one) => request.inScope(one))) continue;
    const missing = request.missing(tracked);
    if (missing !== undefined) return { refused: `failed quota: ${quota.name}: ${missing}` };
    if (!tracked.every((name) => quota.used.has(name))) {
      return { refused: `status unknown for quota: ${quota.name}, resources: ${tracked.sort().join(',')}` };
    }
    concerned.push(index);
  }
  const delta = new Map([...request.usage].filter(([, amount]) => !amount.isZero()));
  const used = new Map<number, Usage>();
  for (const index of delta.size === 0 ? [] : concerned) {
    const quota = quotas[index];
    const requested = masked(delta, quota.hard);
    const total = sum(quota.used, requested);
    const exceeded = new Set([...requested.keys()].filter((name) => isMore(total.get(name), quota.hard.get(name))));
    if (exceeded.size > 0) {
      const parts = { requested, used: quota.used, limited: quota.hard };
      const shown = Object.entries(parts).map(([word, amounts]) => `${word}: ${printed(masked(amounts, exceeded))}`);
      return { refused: `exceeded quota: ${quota.name}, ${shown.join(', ')}` };
    }
    used.set(index, total);
  }
  return { used };
}

function isMore(amount: Quantity | undefined, limit: Quantity | undefined): boolean {
  return amount !== undefined && limit !== undefined && amount.compare(limit) > 0;
}

/** `limits.cpu=2,pods=3`. */
function printed(amounts: Usage): string {
  return [...amounts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `${name}=${amount.canonical()}`)
    .join(',');
}

/** What one uses more than the other; what it uses less is given back when the quota is calculated again. */
export function additional(usage: Usage, before: Usage): Usage {
  return new Map(
    [...usage].map(([name, amount]) => {
      const more = amount.sub(before.get(name) ?? amount.sub(amount));
      return [name, more.sign() < 0 ? amount.sub(amount) : more];
    }),
  );
}
