// Hashes of 32 bits for strings: those of HAProxy (sdbm, djb2, wt6, and the avalanche by Bob Jenkins that may follow), and Java's.

/** `String.hashCode` of Java, signed. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}

export function sdbm(bytes: Uint8Array): number {
  let hash = 0;
  for (const byte of bytes) hash = (byte + (hash << 6) + (hash << 16) - hash) | 0;
  return hash >>> 0;
}

export function djb2(bytes: Uint8Array): number {
  let hash = 5381;
  for (const byte of bytes) hash = ((hash << 5) + hash + byte) | 0;
  return hash >>> 0;
}

/** Two words that turn each other by a number of bits that depends on them. */
export function wt6(bytes: Uint8Array): number {
  let first = 0xa53c965a | 0;
  let second = 0x5ca6953a;
  let firstTurn = 6;
  let secondTurn = 18;
  for (const byte of bytes) {
    first = ~(first ^ byte);
    second = ~(second + byte);
    const turned = rotateLeft(second, firstTurn);
    second = rotateLeft(first, secondTurn);
    first = turned;
    const low = ((first >>> 16) ^ second) & 0xffff;
    firstTurn = low & 31;
    secondTurn = low >> 11;
  }
  return (first ^ second) >>> 0;
}

/** Spreads an integer over all 32 bits. */
export function avalanche(value: number): number {
  let a = value | 0;
  a = (a + 0x7ed55d16 + (a << 12)) | 0;
  a = a ^ 0xc761c23c ^ (a >>> 19);
  a = (a + 0x165667b1 + (a << 5)) | 0;
  a = (a + (0xd3a2646c | 0)) ^ (a << 9);
  a = (a + (0xfd7046c5 | 0) + (a << 3)) | 0;
  a = a ^ 0xb55a4f09 ^ (a >>> 16);
  return Math.imul(a, 3221225473) >>> 0;
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
