// How many retries Envoy lets run at a time in a cluster: so many, or a part of its requests.

export interface RetryBudget {
  readonly budgetPercent: number;
  readonly minRetryConcurrency: number;
}

/** `active` requests run, that whose attempt has failed still among them, and `pending` wait for a connection. */
export function envoyRetryLimit(
  { budgetPercent, minRetryConcurrency }: RetryBudget,
  active: number,
  pending: number,
): number {
  return Math.max(minRetryConcurrency, Math.floor((budgetPercent * (active + pending)) / 100));
}
