// What all queues hold together is no more than all of their quotas.
import { InvariantError } from '../lib/assert.ts';
import type { Amounts } from '../job-queues/job-queue.ts';

interface Queues {
  readonly records: ReadonlyMap<string, { readonly quota: Amounts }>;
  held(queue: string): Amounts;
}

/** Throws an InvariantError. */
export function checkJobQueues(engine: { readonly now: number }, queues: Queues | undefined): void {
  const quotas: Record<string, number> = {};
  const held: Record<string, number> = {};
  for (const [name, { quota }] of queues?.records ?? []) {
    for (const [resource, amount] of Object.entries(quota)) quotas[resource] = (quotas[resource] ?? 0) + amount;
    for (const [resource, amount] of Object.entries(queues?.held(name) ?? {})) {
      held[resource] = (held[resource] ?? 0) + amount;
    }
  }
  for (const [resource, quota] of Object.entries(quotas)) {
    const { [resource]: amount = 0 } = held;
    if (amount <= quota) continue;
    throw new InvariantError(
      `at ${engine.now / 1e6} s: queues of Jobs hold ${amount} ${resource}, their quotas are ${quota}`,
    );
  }
}
