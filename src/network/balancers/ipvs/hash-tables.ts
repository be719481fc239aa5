// IPVS' tables by which the address of a client chooses a server: `sh` (256 buckets) and `mh` (Maglev with SipHash and fixed keys).

export interface IpvsServer {
  /** `address:port`, IPv4. */
  readonly address: string;
  readonly weight: number;
}

const BUCKETS = 256;
const MULTIPLIER = 2_654_435_761;
const TABLE_SIZE = 4093;
/** The kernel's keys for the offset, which clients are hashed with too, and for the step. */
const OFFSET_KEY = 2_654_435_761n;
const SKIP_KEY = 2_654_446_892n;
const MASK = 0xffffffffffffffffn;

/** The bucket of a client, by its IPv4 address. */
export function sourceBucket(address: string): number {
  return Math.imul(ipv4(address), MULTIPLIER) & (BUCKETS - 1);
}

/** By bucket: the index of its server. Servers in order, each as often as its weight, over and over. */
export function sourceBuckets(servers: readonly IpvsServer[]): readonly number[] {
  const turn = servers.flatMap(({ weight }, index) => Array.from({ length: weight }, () => index));
  return Array.from({ length: turn.length === 0 ? 0 : BUCKETS }, (_, bucket) => turn[bucket % turn.length]);
}

/** The place of a client in a Maglev table. */
export function maglevPlace(address: string): number {
  return sipHash(ipv4(address), OFFSET_KEY) % TABLE_SIZE;
}

/** By place: the index of its server. In a round each server has as many places as its weight by the greatest common divisor of all. */
export function maglevPlaces(servers: readonly IpvsServer[]): Int32Array {
  const table = new Int32Array(TABLE_SIZE).fill(-1);
  const divisor = servers.reduce((a, { weight }) => gcd(a, weight), 0);
  if (divisor === 0) return table;
  const takers = servers.flatMap(({ address, weight }, index) => {
    if (weight === 0) return [];
    const colon = address.lastIndexOf(':');
    const of = (ipv4(address.slice(0, colon)) + Number(address.slice(colon + 1))) >>> 0;
    const place = sipHash(of, OFFSET_KEY) % TABLE_SIZE;
    return [{ index, turns: weight / divisor, place, skip: (sipHash(of, SKIP_KEY) % (TABLE_SIZE - 1)) + 1 }];
  });
  for (let filled = 0; filled < TABLE_SIZE; ) {
    for (const taker of takers) {
      for (let turn = 0; turn < taker.turns && filled < TABLE_SIZE; turn += 1) {
        while (table[taker.place] >= 0) taker.place = (taker.place + taker.skip) % TABLE_SIZE;
        table[taker.place] = taker.index;
        filled += 1;
      }
    }
  }
  return table;
}

function ipv4(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) >>> 0;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** SipHash-1-3 of four bytes, the low half of it; both halves of the key are the same. */
function sipHash(value: number, key: bigint): number {
  const last = (4n << 56n) | BigInt(value);
  const v = [
    0x736f6d6570736575n ^ key,
    0x646f72616e646f6dn ^ key,
    0x6c7967656e657261n ^ key,
    0x7465646279746573n ^ key ^ last,
  ];
  sipRound(v);
  v[0] ^= last;
  v[2] ^= 0xffn;
  for (let i = 0; i < 3; i += 1) sipRound(v);
  return Number((v[0] ^ v[1] ^ v[2] ^ v[3]) & 0xffffffffn);
}

function sipRound(v: bigint[]): void {
  v[0] = (v[0] + v[1]) & MASK;
  v[1] = left(v[1], 13n) ^ v[0];
  v[0] = left(v[0], 32n);
  v[2] = (v[2] + v[3]) & MASK;
  v[3] = left(v[3], 16n) ^ v[2];
  v[0] = (v[0] + v[3]) & MASK;
  v[3] = left(v[3], 21n) ^ v[0];
  v[2] = (v[2] + v[1]) & MASK;
  v[1] = left(v[1], 17n) ^ v[2];
  v[2] = left(v[2], 32n);
}

function left(word: bigint, by: bigint): bigint {
  return ((word << by) | (word >> (64n - by))) & MASK;
}
