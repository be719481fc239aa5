// Header blocks as Go's library for SPDY writes and reads them.
import { createHash } from 'node:crypto';
import { constants, createDeflate, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { DICTIONARY, EmptyHeaderWriter, HeaderReader, int32 } from './spdy-headers.ts';

function block(pairs: readonly (readonly [string, string])[]): Buffer {
  const texts = pairs.flat().flatMap((text) => [int32(text.length), Buffer.from(text)]);
  return Buffer.concat([int32(pairs.length), ...texts]);
}

/** Blocks of one direction: one stream of zlib, flushed after each. */
async function compressed(blocks: readonly Buffer[]): Promise<Buffer[]> {
  const deflate = createDeflate({ dictionary: DICTIONARY });
  const all: Buffer[] = [];
  for (const one of blocks) {
    deflate.write(one);
    await new Promise<void>((done) => deflate.flush(constants.Z_SYNC_FLUSH, done));
    all.push(deflate.read() as Buffer);
  }
  return all;
}

it('knows the dictionary of the third draft', () => {
  // Of the bytes in moby/spdystream, spdy/dictionary.go.
  expect(DICTIONARY.length).toBe(1423);
  expect(createHash('sha256').update(DICTIONARY).digest('hex')).toBe(
    '51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02',
  );
});

it('reads blocks in their order', async () => {
  const [first, second] = await compressed([
    block([
      ['streamType', 'error'],
      ['port', '80'],
    ]),
    block([['streamType', 'data']]),
  ]);
  const reader = new HeaderReader();
  expect([...(await reader.read(first))]).toEqual([
    ['streamtype', 'error'],
    ['port', '80'],
  ]);
  expect([...(await reader.read(second))]).toEqual([['streamtype', 'data']]);
  reader.close();
});

it.each([
  ['no zlib at all', Buffer.from('GET / HTTP/1.1')],
  ['nothing', Buffer.alloc(0)],
])('refuses %s', async (_what, bytes) => {
  const reader = new HeaderReader();
  await expect(reader.read(bytes)).rejects.toThrow();
  reader.close();
});

it.each([
  ['a text that is longer than the block', Buffer.concat([int32(1), int32(1000), Buffer.from('short')])],
  ['more pairs than there are', Buffer.concat([int32(2), int32(1), Buffer.from('a'), int32(1), Buffer.from('b')])],
])('refuses %s', async (_what, plain) => {
  const [bytes] = await compressed([plain]);
  const reader = new HeaderReader();
  await expect(reader.read(bytes)).rejects.toThrow(RangeError);
  reader.close();
});

it('writes what any zlib reads as blocks without headers', () => {
  const writer = new EmptyHeaderWriter();
  const bytes = Buffer.concat([writer.next(), writer.next(), writer.next()]);
  const plain = inflateSync(bytes, { dictionary: DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH });
  expect(plain).toEqual(Buffer.alloc(12));
});
