// Envoy's Maglev table: hosts take turns by weight to put themselves at the next free place of their own permutation.
import { xxHash64 } from '../../../lib/hashing/xx-hash.ts';
import type { RingHost } from '../ring-hash.ts';

const MAGLEV_SIZE = 65_537;

const utf8 = new TextEncoder();

/** By place: the index of its host. `size` is a prime number. */
export function maglevTable(hosts: readonly RingHost[], size: number = MAGLEV_SIZE): Int32Array {
  const table = new Int32Array(size).fill(-1);
  if (hosts.length === 0) return table;
  const sum = hosts.reduce((total, { weight }) => total + weight, 0);
  const most = hosts.reduce((a, { weight }) => Math.max(a, weight), 0) / sum;
  const builders = hosts.map(({ address, weight }) => {
    const bytes = utf8.encode(address);
    return {
      weight: weight / sum,
      target: 0,
      place: Number(xxHash64(bytes) % BigInt(size)),
      skip: Number(xxHash64(bytes, 1n) % BigInt(size - 1)) + 1,
    };
  });
  for (let round = 1, filled = 0; filled < size; round += 1) {
    for (const [index, builder] of builders.entries()) {
      if (filled === size) break;
      if (round * builder.weight < builder.target) continue;
      builder.target += most;
      while (table[builder.place] >= 0) builder.place = (builder.place + builder.skip) % size;
      table[builder.place] = index;
      builder.place = (builder.place + builder.skip) % size;
      filled += 1;
    }
  }
  return table;
}
