// Where to look next for the least value that keeps some constraints.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import type { Guess } from './gaussian-process.ts';

/**
 * How much less than `best` the value is expected to be; 0 at least (D. Jones, M. Schonlau and W. Welch, Journal of Global Optimization
 * 13(4), 1998, equation 15).
 */
export function expectedImprovement({ mean, deviation }: Guess, best: number): number {
  if (deviation === 0) return Math.max(0, best - mean);
  const z = (best - mean) / deviation;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return Math.max(0, (best - mean) * normalCdf(z, 0, 1) + deviation * density);
}

/** The probability that all margins are 0 or more, taken as independent (J. Gardner and others, ICML 2014, equation 5). */
export function feasibility(margins: readonly Guess[]): number {
  return margins.reduce((product, { mean, deviation }) => product * atLeastZero(mean, deviation), 1);
}

function atLeastZero(mean: number, deviation: number): number {
  if (deviation === 0) return mean >= 0 ? 1 : 0;
  return normalCdf(mean / deviation, 0, 1);
}
