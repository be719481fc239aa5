// How a search goes on: which setting to run next.
import type { Setting } from './setting.ts';

export interface Method {
  readonly name: string;
  /** What to run first. */
  first(): readonly (readonly number[])[];
  /** What to run next, given the settings so far in the order in which they were run; undefined when the search is over. */
  next(settings: readonly Setting[]): readonly number[] | undefined;
  /** What a reader should know of the end of the search, one sentence each. */
  remarks(settings: readonly Setting[]): string[];
}

export const keyOf = (row: readonly number[]): string => row.join();

/** The cheapest setting that keeps the expectations; of equal ones that with the greater margin. */
export function cheapest(settings: readonly Setting[]): Setting | undefined {
  const keeping = settings.filter(({ keeps, cost }) => keeps && !Number.isNaN(cost));
  return keeping.toSorted((a, b) => a.cost - b.cost || leastMargin(b) - leastMargin(a))[0];
}

export function leastMargin({ margins }: Pick<Setting, 'margins'>): number {
  return Math.min(...margins);
}
