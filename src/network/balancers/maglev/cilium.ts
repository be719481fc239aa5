// Cilium's Maglev table: backends in the order of what they hash, with turns by weight.
import { murmur3 } from '../../../lib/hashing/murmur3.ts';

export interface MaglevBackend {
  readonly id: number;
  readonly weight: number;
  readonly hashString: string;
}

const utf8 = new TextEncoder();

/** By slot: the id of its backend. `size` is a prime number. */
export function ciliumTable(backends: readonly MaglevBackend[], size: number, seed: number): Int32Array {
  const table = new Int32Array(size).fill(-1);
  const { length } = backends;
  if (length === 0) return table;
  const sum = backends.reduce((total, { weight }) => total + weight, 0);
  const weighted = Math.floor(sum / length) > 1;
  const sorted = [...backends].sort((a, b) => (a.hashString < b.hashString ? -1 : a.hashString > b.hashString ? 1 : 0));
  const takers = sorted.map(({ id, weight, hashString }) => {
    const [first, second] = murmur3(utf8.encode(hashString), seed);
    return {
      id,
      weight,
      place: Number(first % BigInt(size)),
      skip: Number(second % BigInt(size - 1)) + 1,
      due: weight / length,
    };
  });
  for (let n = 0; n < size; n += 1) {
    let i = n % length;
    if (weighted) {
      while ((n + 1) * takers[i].weight < Math.floor(takers[i].due)) i = (i + 1) % length;
      takers[i].due += sum;
    }
    const taker = takers[i];
    while (table[taker.place] >= 0) taker.place = (taker.place + taker.skip) % size;
    table[taker.place] = taker.id;
  }
  return table;
}
