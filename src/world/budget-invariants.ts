// What must hold of PodDisruptionBudgets: none allows more than there is to spare, and each eviction takes one of what was allowed.
import type { PodDisruptionBudgetStatus } from 'kubernetes-types/policy/v1.js';
import type { ObjectRow } from '../model/rows.ts';

export interface Budget {
  readonly metadata: { readonly name: string };
  readonly status?: PodDisruptionBudgetStatus;
}

export class BudgetInvariants {
  /** By budget: its status before. */
  readonly #before = new Map<ObjectRow, PodDisruptionBudgetStatus>();

  /** What is wrong with the status that was written; undefined for nothing. */
  committed(row: ObjectRow, { metadata, status }: Budget): string | undefined {
    const before = this.#before.get(row);
    if (status === undefined) return undefined;
    this.#before.set(row, status);
    const name = `PodDisruptionBudget ${metadata.name}`;
    const { disruptionsAllowed: allowed, currentHealthy, desiredHealthy } = status;
    const spare = Math.max(0, currentHealthy - desiredHealthy);
    if (allowed < 0 || allowed > spare) {
      return `${name} allows ${allowed} disruptions, with ${currentHealthy} healthy pods of ${desiredHealthy}`;
    }
    const known = before?.disruptedPods ?? {};
    const evicted = Object.keys(status.disruptedPods ?? {}).filter((pod) => !Object.hasOwn(known, pod));
    if (before === undefined || evicted.length === 0) return undefined;
    if (before.disruptionsAllowed - allowed === evicted.length) return undefined;
    return `${name} allowed ${before.disruptionsAllowed} disruptions, and ${allowed} after the eviction of ${evicted.join(', ')}`;
  }

  removed(row: ObjectRow): void {
    this.#before.delete(row);
  }

  /** The cluster is made of a snapshot: what was before is no measure. */
  restored(): void {
    this.#before.clear();
  }
}
