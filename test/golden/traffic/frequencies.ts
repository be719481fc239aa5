// Picks whose draws nobody knows: each must have been possible, and together they must be as frequent as their chances say.

/** Standard errors within which a count must lie: beyond five of them once in a million. */
const MOST_ERRORS = 5;

export class Frequencies {
  readonly #counts: number[];
  readonly #expected: number[];
  readonly #variance: number[];

  constructor(choices: number) {
    this.#counts = Array.from({ length: choices }, () => 0);
    this.#expected = [...this.#counts];
    this.#variance = [...this.#counts];
  }

  /** One pick, with the chance that each had. Says what is wrong where the picked one had none. */
  add(chances: readonly number[], picked: number): string | undefined {
    for (const [i, chance] of chances.entries()) {
      this.#expected[i] += chance;
      this.#variance[i] += chance * (1 - chance);
    }
    this.#counts[picked] += 1;
    return chances[picked] > 0 ? undefined : `${picked} was picked, with chances ${chances.join(', ')}`;
  }

  difference(): string | undefined {
    for (const [i, count] of this.#counts.entries()) {
      const most = MOST_ERRORS * Math.sqrt(this.#variance[i]) + 1e-9;
      if (Math.abs(count - this.#expected[i]) > most)
        return `${i} was picked ${count} times, expected ${this.#expected[i]} ± ${most}`;
    }
    return undefined;
  }
}

/** The chance of each to be the least loaded of so many draws with replacement, the first drawn of equals. */
export function leastOfDrawsChances(active: readonly number[], draws: number): number[] {
  const n = active.length;
  return active.map((here) => {
    const fewer = active.filter((one) => one < here).length;
    const equal = active.filter((one) => one === here).length;
    return (((n - fewer) / n) ** draws - ((n - fewer - equal) / n) ** draws) / equal;
  });
}
