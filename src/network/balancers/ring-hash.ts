// The ring of Envoy and gRPC: as many entries for each host as its weight asks for, at hashes of its address and a number.
import { xxHash64 } from '../../lib/hashing/xx-hash.ts';
import { firstNotBelow } from './first-not-below.ts';

export interface RingHost {
  /** What its entries hash: `host:port`. */
  readonly address: string;
  readonly weight: number;
}

const utf8 = new TextEncoder();

/** The hash of what a request goes by. */
export function keyHash(key: string): bigint {
  return xxHash64(utf8.encode(key));
}

export class HashRing {
  readonly #hashes: BigUint64Array;
  /** By entry: the host's index. */
  readonly owners: Int32Array;

  /** The least weight gets so many entries that the ring has `min`, unless that made it larger than `max`. */
  constructor(hosts: readonly RingHost[], min: number, max: number) {
    const sum = hosts.reduce((total, { weight }) => total + weight, 0);
    const shares = hosts.map(({ weight }) => weight / sum);
    const least = shares.reduce((a, b) => Math.min(a, b), 1);
    const scale = Math.min(Math.ceil(least * min) / least, max);
    const entries: { readonly hash: bigint; readonly host: number }[] = [];
    let target = 0;
    for (const [host, { address }] of hosts.entries()) {
      target += scale * shares[host];
      for (let i = 0; entries.length < target; i += 1) {
        entries.push({ hash: xxHash64(utf8.encode(`${address}_${i}`)), host });
      }
    }
    entries.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0));
    this.#hashes = BigUint64Array.from(entries, ({ hash }) => hash);
    this.owners = Int32Array.from(entries, ({ host }) => host);
  }

  /** The entry at which a hash comes in. */
  place(hash: bigint): number {
    return firstNotBelow(this.#hashes, hash);
  }
}
