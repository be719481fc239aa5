// What holds at a place over the run, from the rows of a CSV file: a price, or a carbon intensity. Times in µs of the run.
import type { Steps } from '../../model/settings/costs.ts';

const DAY_SECONDS = 86_400;

export class StepCurve {
  /** Ascending; what comes before the first has the first's value. */
  readonly #fromUs: readonly number[];
  readonly #values: readonly number[];

  constructor(steps: readonly { readonly fromUs: number; readonly value: number }[]) {
    this.#fromUs = steps.map(({ fromUs }) => fromUs);
    this.#values = steps.map(({ value }) => value);
  }

  at(timeUs: number): number {
    return this.#values[this.#indexAt(timeUs)];
  }

  /** The mean from one time to another, weighted by time; the value then where both are the same. */
  mean(fromUs: number, toUs: number): number {
    if (toUs <= fromUs) return this.at(fromUs);
    let sum = 0;
    let at = this.#indexAt(fromUs);
    for (let us = fromUs; us < toUs; at += 1) {
      const untilUs = Math.min(toUs, this.#fromUs[at + 1] ?? Infinity);
      sum += this.#values[at] * (untilUs - us);
      us = untilUs;
    }
    return sum / (toUs - fromUs);
  }

  #indexAt(timeUs: number): number {
    let low = 0;
    let high = this.#fromUs.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#fromUs[middle] <= timeUs) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Of a place, by its own rows or those of all places; undefined without any. `startSeconds`: of the run, since 1970. */
export function curveOf(
  { steps, daily }: Steps,
  place: string,
  startSeconds: number,
  durationUs: number,
): StepCurve | undefined {
  const own = steps.filter((step) => step.place === place);
  const mine = own.length > 0 ? own : steps.filter((step) => step.place === '');
  if (mine.length === 0) return undefined;
  if (!daily)
    return new StepCurve(mine.map(({ fromSeconds, value }) => ({ fromUs: (fromSeconds - startSeconds) * 1e6, value })));
  const midnightUs = -(startSeconds % DAY_SECONDS) * 1e6;
  const days = Math.floor((durationUs - midnightUs) / (DAY_SECONDS * 1e6)) + 2;
  // From the evening before on, of which the last row holds until the first of the day.
  return new StepCurve(
    Array.from({ length: days }, (_, day) =>
      mine.map(({ fromSeconds, value }) => ({
        fromUs: midnightUs + ((day - 1) * DAY_SECONDS + fromSeconds) * 1e6,
        value,
      })),
    ).flat(),
  );
}
