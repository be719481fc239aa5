// What a two-level design says: the effect of each factor, and of each pair of factors, with chance told apart.
import { meanInterval, type Interval } from '../lib/confidence.ts';
import { pairedTest } from './paired-test.ts';

export interface Effect extends Interval {
  /** Of one factor, or of two that act together. */
  readonly factors: readonly number[];
  /** What cannot be told apart from it in this design: pairs of factors; the list is empty when it is clear. */
  readonly aliases: readonly (readonly number[])[];
  /** Two-sided, that the effect is 0; NaN for one seed. */
  readonly p: number;
}

/**
 * Main effects and interactions of two factors: the mean at the high level less that at the low level, of an interaction where
 * both levels are alike less where they are not; one estimate per seed, as runs of one seed have common random numbers (L. Schruben and B. Margolin,
 * JASA 73(363), 1978). `values` has a row for each run of the design, of one number per seed. Of pairs that cannot be told apart only
 * the first one is there, and none that cannot be told apart from a factor.
 */
export function effectsOf(rows: readonly (readonly number[])[], values: readonly (readonly number[])[]): Effect[] {
  const factors = rows[0].length;
  const singles = Array.from({ length: factors }, (_, factor) => [factor]);
  const pairs = singles.flatMap(([a]) => singles.slice(a + 1).map(([b]) => [a, b]));
  const found = new Map<string, { readonly signs: readonly number[]; readonly words: number[][] }>();
  for (const word of [...singles, ...pairs]) {
    const signs = rows.map((row) => word.reduce((sign, factor) => sign * (row[factor] === 1 ? 1 : -1), 1));
    const key = signs.map((sign) => sign * signs[0]).join();
    const known = found.get(key);
    if (known === undefined) found.set(key, { signs, words: [word] });
    else known.words.push(word);
  }
  return [...found.values()].map(({ signs, words: [first, ...aliases] }) => {
    const seeds = values[0].map((_, seed) => {
      const sum = signs.reduce((total, sign, run) => total + sign * values[run][seed], 0);
      return sum / (rows.length / 2);
    });
    return { factors: first, aliases, ...meanInterval(seeds), p: pairedTest(seeds) };
  });
}
