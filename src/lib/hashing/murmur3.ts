// MurmurHash3 of 128 bits for machines of 64 (x64_128), the hash of Cilium's Maglev tables.

const MASK = 0xffffffffffffffffn;
const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;

/** Both halves. */
export function murmur3(bytes: Uint8Array, seed: number): readonly [bigint, bigint] {
  const { length } = bytes;
  const whole = length - (length % 16);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let first = BigInt(seed);
  let second = first;
  for (let at = 0; at < whole; at += 16) {
    first ^= mixFirst(view.getBigUint64(at, true));
    first = ((left(first, 27n) + second) * 5n + 0x52dce729n) & MASK;
    second ^= mixSecond(view.getBigUint64(at + 8, true));
    second = ((left(second, 31n) + first) * 5n + 0x38495ab5n) & MASK;
  }
  let low = 0n;
  let high = 0n;
  for (let at = length - 1; at >= whole; at -= 1) {
    if (at - whole >= 8) high = (high << 8n) | BigInt(bytes[at]);
    else low = (low << 8n) | BigInt(bytes[at]);
  }
  second ^= mixSecond(high);
  first ^= mixFirst(low);
  first ^= BigInt(length);
  second ^= BigInt(length);
  first = (first + second) & MASK;
  second = (second + first) & MASK;
  first = finish(first);
  second = finish(second);
  first = (first + second) & MASK;
  return [first, (second + first) & MASK];
}

function mixFirst(word: bigint): bigint {
  return (left((word * C1) & MASK, 31n) * C2) & MASK;
}

function mixSecond(word: bigint): bigint {
  return (left((word * C2) & MASK, 33n) * C1) & MASK;
}

function finish(word: bigint): bigint {
  const once = ((word ^ (word >> 33n)) * 0xff51afd7ed558ccdn) & MASK;
  const twice = ((once ^ (once >> 33n)) * 0xc4ceb9fe1a85ec53n) & MASK;
  return twice ^ (twice >> 33n);
}

function left(word: bigint, by: bigint): bigint {
  return ((word << by) | (word >> (64n - by))) & MASK;
}
