// Values of what an expectation measures, from its own unit to that of results.
import type { Expectation } from '../scenario/expect.ts';
import { inBaseUnits } from '../world/expectations.ts';
import type { Cell } from './index-files.ts';

/** Seconds for times; null where there was nothing to measure. */
export function fromFigureUnit(expectation: Expectation, actual: number | undefined): number | null {
  return inBaseUnits({ expectation, actual, pass: true });
}

/** What is measured in the jobs of some cells, each once. */
export function measuredIn(cells: readonly Cell[]): string[] {
  const first = cells.flatMap(({ results }) => results.slice(0, 1));
  return [...new Set(first.flatMap(({ verdicts }) => verdicts.map(({ expectation }) => expectation.measured)))];
}

/** Of a figure, seed by seed, in units of results; without jobs that failed or had nothing to measure. */
export function valuesOf({ results }: Cell, figure: string): number[] {
  return results.flatMap(({ verdicts }) => {
    const verdict = verdicts.find(({ expectation }) => expectation.measured === figure);
    return verdict === undefined ? [] : (inBaseUnits(verdict) ?? []);
  });
}
