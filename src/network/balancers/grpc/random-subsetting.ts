// gRPC's random_subsetting: each client keeps to the few endpoints whose hashes with its own seed are the smallest.
import { xxHash64 } from '../../../lib/hashing/xx-hash.ts';

const utf8 = new TextEncoder();

/** Indexes into the addresses. */
export function randomSubset(addresses: readonly string[], size: number, seed: bigint): number[] {
  return addresses
    .map((address, index) => ({ index, hash: xxHash64(utf8.encode(printed(address)), seed) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : a.index - b.index))
    .slice(0, size)
    .map(({ index }) => index);
}

/** As Go prints an address of the resolver. */
function printed(address: string): string {
  return `{Addr: "${address}", ServerName: "", }`;
}
