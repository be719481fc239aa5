// Values of what an expectation measures, from its own unit to that of results.
import type { Expectation } from '../scenario/expect.ts';
import { inBaseUnits } from '../world/expectations.ts';

/** Seconds for times; null where there was nothing to measure. */
export function fromFigureUnit(expectation: Expectation, actual: number | undefined): number | null {
  return inBaseUnits({ expectation, actual, pass: true });
}
