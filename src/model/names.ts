// Hashes, UIDs and the letters of generated names: functions of numbers and texts, stored nowhere.

/** FNV-1a over the text's UTF-16 units, 32 bits. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** FNV-1 (multiplies first) over the text's UTF-16 units, 32 bits: Go's fnv.New32 for ASCII. */
export function fnv1(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash, 0x01000193) ^ text.charCodeAt(i);
  return hash >>> 0;
}

/** A well-mixed 32-bit hash of three ints (finaliser of MurmurHash3 between the words). */
export function mix(a: number, b: number, c: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ b, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ c, 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The alphabet of Kubernetes' generated names: no vowels, no look-alikes (apimachinery util/rand). */
export const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** `00` to `ff`. */
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A version 4 UUID from four 32-bit words. */
export function uuid(seed: number, a: number, b: number): string {
  const second = mix(seed ^ 1, a, b);
  const third = mix(seed ^ 2, a, b);
  // The version and the variant take the place of four and of two bits.
  const version = half(0x4000 | (second & 0xfff));
  const variant = half(0x8000 | ((third >>> 16) & 0xfff) | ((third >>> 30) << 12));
  return `${word(mix(seed, a, b))}-${half(second >>> 16)}-${version}-${variant}-${half(third)}${word(mix(seed ^ 3, a, b))}`;
}

function word(bits: number): string {
  return half(bits >>> 16) + half(bits);
}

/** The lower 16 bits. */
function half(bits: number): string {
  return BYTES[(bits >>> 8) & 0xff] + BYTES[bits & 0xff];
}

/** FNV-32a of a text, SafeEncoded as Kubernetes does for `pod-template-hash` (any stable hash will do: behaviour B.2). */
export function safeHash(text: string): string {
  return String(fnv1a(text)).replace(/\d/g, (digit) => NAME_LETTERS[Number(digit)]);
}
