// Availability in nines: 0.999 has three. Over several runs it is the unavailability that has a mean.
import { meanInterval } from './confidence.ts';

/** Nines of `failed` out of `all`. Without a failure, as many as one failure would leave: more cannot be seen. */
export function nines(failed: number, all: number): number {
  return failed >= all ? 0 : -Math.log10(failed > 0 ? failed / all : 1 / all) + 0;
}

export interface NinesInterval {
  readonly mean: number;
  /** Ends of the 95 % confidence interval; the upper one is Infinity where no failure at all is within it. */
  readonly low: number;
  readonly high: number;
}

/** Nines of the mean unavailability, with its interval (Student). */
export function ninesInterval(values: readonly number[]): NinesInterval {
  const { mean, half = 0 } = meanInterval(values.map((one) => 10 ** -one));
  const of = (share: number): number => (share <= 0 ? Infinity : Math.max(0, -Math.log10(share)) + 0);
  return { mean: of(mean), low: of(Math.min(1, mean + half)), high: of(mean - half) };
}
