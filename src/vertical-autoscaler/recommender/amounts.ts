// Amounts of resources as the recommender has them: whole thousandths of a core, whole bytes.

const MOST = 1e14;

export interface Amounts {
  readonly cpuMilli: number;
  readonly memory: number;
}

/** A whole amount within what an amount can be. */
export function truncated(amount: number): number {
  if (amount < 0 || Number.isNaN(amount)) return 0;
  return amount > MOST ? MOST : Math.trunc(amount);
}
