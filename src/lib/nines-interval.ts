// Availability in nines over several runs: it is the unavailability that has a mean.
import { meanInterval } from './confidence.ts';

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
