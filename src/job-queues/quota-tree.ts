// What queues hold of their quotas, and what those of a cohort lend each other.
import type { Amounts } from './job-queue.ts';

export interface QueueSpec {
  readonly name: string;
  /** '' for none. */
  readonly cohort: string;
  readonly quota: Amounts;
  /** By resource; what is not named has no limit. */
  readonly borrowingLimit: Amounts;
  readonly lendingLimit: Amounts;
  readonly weight: number;
  readonly strict: boolean;
  readonly withinQueue: 'Never' | 'LowerPriority' | 'LowerOrNewerEqualPriority';
  readonly reclaim: 'Never' | 'LowerPriority' | 'Any';
}

/** A queue, and what its Jobs hold. */
export class QueueUse {
  readonly spec: QueueSpec;
  /** Those that share, itself among them. */
  readonly cohort: readonly QueueUse[];
  readonly #held = new Map<string, number>();

  constructor(spec: QueueSpec, cohort: readonly QueueUse[]) {
    this.spec = spec;
    this.cohort = cohort;
  }

  held(resource: string): number {
    return this.#held.get(resource) ?? 0;
  }

  /** Takes what a Job requests, or with -1 gives it back. */
  take(requests: Amounts, times = 1): void {
    for (const [resource, amount] of Object.entries(requests)) {
      this.#held.set(resource, this.held(resource) + times * amount);
    }
  }

  /** Of a resource: what nobody may borrow. */
  #kept(resource: string): number {
    const { quota, lendingLimit } = this.spec;
    const { [resource]: own = 0 } = quota;
    return Math.max(0, own - (lendingLimit[resource] ?? own));
  }

  /** Beyond its own, of that resource. */
  borrowed(resource: string): number {
    return Math.max(0, this.held(resource) - (this.spec.quota[resource] ?? 0));
  }

  borrows(requests: Amounts): boolean {
    return Object.keys(requests).some((resource) => this.borrowed(resource) > 0);
  }

  /** Why the requests do not fit in addition to what is held; undefined when they do. `borrowing`: the quotas of others count too. */
  shortage(requests: Amounts, borrowing = true): string | undefined {
    const { quota, borrowingLimit, name } = this.spec;
    for (const [resource, amount] of Object.entries(requests)) {
      if (amount === 0) continue;
      const own = quota[resource];
      if (own === undefined) return `resource ${resource} unavailable in ClusterQueue ${name}`;
      const wanted = this.held(resource) + amount;
      const may = borrowing && this.cohort.length > 1 ? (borrowingLimit[resource] ?? Infinity) : 0;
      if (amount > own + may) return `insufficient quota for ${resource}, request > maximum capacity`;
      if (wanted > own + may) return lacking(resource, wanted - own - may);
      if (!borrowing) continue;
      const short = this.#sharedShortage(resource, amount);
      if (short > 0) return lacking(resource, short);
    }
    return undefined;
  }

  /** By how much all of the cohort would hold more than there is. */
  #sharedShortage(resource: string, amount: number): number {
    let there = 0;
    let used = 0;
    for (const queue of this.cohort) {
      const kept = queue.#kept(resource);
      there += (queue.spec.quota[resource] ?? 0) - kept;
      const held = queue.held(resource) + (queue === this ? amount : 0);
      used += Math.max(0, held - kept);
    }
    return used - there;
  }

  /** The dominant share of what is lent that it has borrowed, by its weight, with some more requests (fair sharing). */
  share(more: Amounts = {}): number {
    let largest = 0;
    for (const resource of Object.keys(this.spec.quota)) {
      const over = this.held(resource) + (more[resource] ?? 0) - (this.spec.quota[resource] ?? 0);
      if (over <= 0) continue;
      let lent = 0;
      for (const queue of this.cohort) lent += (queue.spec.quota[resource] ?? 0) - queue.#kept(resource);
      largest = Math.max(largest, over / lent);
    }
    return largest === 0 ? 0 : largest / this.spec.weight;
  }
}

function lacking(resource: string, amount: number): string {
  return `insufficient unused quota for ${resource}, ${resource === 'cpu' ? `${amount}m` : amount} more needed`;
}

/** By name. */
export function queueUses(specs: readonly QueueSpec[]): ReadonlyMap<string, QueueUse> {
  const cohorts = new Map<string, QueueUse[]>();
  const uses = new Map<string, QueueUse>();
  for (const spec of specs) {
    const cohort = (spec.cohort === '' ? undefined : cohorts.get(spec.cohort)) ?? [];
    if (spec.cohort !== '') cohorts.set(spec.cohort, cohort);
    const use = new QueueUse(spec, cohort);
    cohort.push(use);
    uses.set(spec.name, use);
  }
  return uses;
}
