// How many disruptions the PodDisruptionBudgets still allow while removals are planned.
import type { ListedBudget, ListedPod } from '../cluster/listed.ts';

interface Remaining {
  readonly budget: ListedBudget;
  allowed: number;
}

export class RemainingBudgets {
  readonly #budgets: readonly Remaining[];

  constructor(budgets: readonly ListedBudget[]) {
    this.#budgets = budgets.map((budget) => ({ budget, allowed: budget.disruptionsAllowed }));
  }

  matches(pod: ListedPod): boolean {
    return this.#budgets.some((one) => selects(one, pod));
  }

  /** A budget that selects the pod allows nothing. */
  forbids(pod: ListedPod): boolean {
    return this.#budgets.some((one) => one.allowed < 1 && selects(one, pod));
  }

  /** Whether all of them may go at the same time. */
  allowsAtOnce(pods: readonly ListedPod[]): boolean {
    return this.#budgets.every((one) => {
      const count = pods.filter((pod) => selects(one, pod)).length;
      return count === 0 || count <= one.allowed;
    });
  }

  remove(pods: readonly ListedPod[]): void {
    for (const one of this.#budgets) one.allowed -= pods.filter((pod) => selects(one, pod)).length;
  }
}

function selects({ budget }: Remaining, { podClass }: ListedPod): boolean {
  return podClass.namespace === budget.namespace && budget.selects(podClass);
}
