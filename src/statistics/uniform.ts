// Chance, as the statistics take it: from whoever has a stream.

/** A number above 0 and below 1. */
export type Uniform = () => number;

/** A whole number of 0 … n − 1. */
export function below(n: number, random: Uniform): number {
  return Math.floor(random() * n);
}

/** The numbers 0 … n − 1 in a random order (R. Fisher and F. Yates, 1938). */
export function permutation(n: number, random: Uniform): number[] {
  const order = Array.from({ length: n }, (_, at) => at);
  for (let at = n - 1; at > 0; at -= 1) {
    const other = below(at + 1, random);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}
