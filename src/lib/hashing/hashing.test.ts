// Hashes against published values: check words of the algorithms, and what other implementations print.
import { expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { murmur2 } from './murmur2.ts';
import { murmur3 } from './murmur3.ts';
import { djb2, sdbm } from './string-hashes.ts';
import { xxHash64 } from './xx-hash.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const FOX = 'The quick brown fox jumps over the lazy dog';

it('crc32', () => {
  // The check value of CRC-32/ISO-HDLC, in one go and continued.
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
  expect(crc32(bytes('6789'), crc32(bytes('12345')))).toBe(0xcbf43926);
  expect(crc32(bytes(''))).toBe(0);
});

it('xxHash64', () => {
  expect(xxHash64(bytes(''))).toBe(0xef46db3751d8e999n);
  expect(xxHash64(bytes('abc'))).toBe(0x44bc2cf5ad770999n);
  expect(xxHash64(bytes(FOX))).toBe(0x0b242d361fda71bcn);
  expect(xxHash64(bytes(FOX), 1n)).not.toBe(xxHash64(bytes(FOX)));
});

it('MurmurHash2, as Kafka’s clients print it (UtilsTest.testMurmur2)', () => {
  const expected = {
    '21': -973_932_308,
    foobar: -790_332_482,
    'a-little-bit-long-string': -985_981_536,
    'a-little-bit-longer-string': -1_486_304_829,
    lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58_897_971,
    abc: 479_470_107,
  };
  expect(Object.fromEntries(Object.keys(expected).map((text) => [text, murmur2(bytes(text))]))).toEqual(expected);
});

it('MurmurHash3', () => {
  expect(murmur3(bytes(''), 0)).toEqual([0n, 0n]);
  expect(murmur3(bytes(FOX), 0)).toEqual([0xe34bbc7bbc071b6cn, 0x7a433ca9c49a9347n]);
});

it('djb2 and sdbm', () => {
  expect([djb2(bytes('')), djb2(bytes('a'))]).toEqual([5381, 177_670]);
  expect([sdbm(bytes('')), sdbm(bytes('a')), sdbm(bytes('ab'))]).toEqual([0, 97, 97 * 65_599 + 98]);
});
