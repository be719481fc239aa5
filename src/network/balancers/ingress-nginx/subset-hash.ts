// ingress-nginx' consistent hashing onto sets of endpoints (`upstream-hash-by-subset`): a key has a set, each request an endpoint of it.
import { KetamaRing, POINTS_PER_WEIGHT } from '../ketama.ts';

export class SubsetHash {
  readonly #sets: readonly (readonly string[])[];
  readonly #ring: KetamaRing<readonly string[]>;

  /** Sets of `size` in the order of the endpoints, the last one filled up from the first ones. */
  constructor(endpoints: readonly string[], size: number) {
    const count = Math.ceil(endpoints.length / size);
    this.#sets = Array.from({ length: count }, (_, set) =>
      Array.from({ length: size }, (__, i) => endpoints[(set * size + i) % endpoints.length]),
    );
    this.#ring = new KetamaRing(
      this.#sets.map((of, set) => ({ of, name: `set${set + 1}`, points: POINTS_PER_WEIGHT })),
    );
  }

  /** `draw(low, high)` is an integer from low to high. */
  pick(key: string, draw: (low: number, high: number) => number): string {
    const set = this.#ring.at(this.#ring.place(key));
    return set[draw(1, set.length) - 1];
  }
}
