// Header blocks of SPDY/3.1: pairs of names and values, in one zlib stream per direction with a dictionary that both sides know.
import { constants, createInflate, type Inflate } from 'node:zlib';

/** Draft 3 of SPDY, 2.6.10.1: words with their lengths before them, then what is often a value. */
const WORDS =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control ' +
  'connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag ' +
  'expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma ' +
  'proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning ' +
  'www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin';
const VALUES =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information' +
  '204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error' +
  '501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,public' +
  'privatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

export const DICTIONARY = Buffer.concat([
  ...WORDS.split(' ').flatMap((word) => [int32(word.length), Buffer.from(word.replace('_', ' '))]),
  Buffer.from(VALUES),
]);

const MOST_BYTES = 64 * 1024;

export type Headers = ReadonlyMap<string, string>;

/** Reads the blocks of one direction, in their order. */
export class HeaderReader {
  readonly #inflate: Inflate = createInflate({ dictionary: DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH });
  #failed: (error: Error) => void = () => undefined;

  constructor() {
    this.#inflate.on('error', (error) => this.#failed(error));
  }

  /** Names are in lower case. Rejects what is no header block. */
  read(block: Buffer): Promise<Headers> {
    return new Promise((done, fail) => {
      this.#failed = fail;
      this.#inflate.write(block, () => {
        const plain = this.#inflate.read() ?? Buffer.alloc(0);
        if (plain.length > MOST_BYTES) fail(new Error(`a header block of ${plain.length} bytes`));
        try {
          done(pairsOf(plain));
        } catch (error) {
          fail(error);
        }
      });
    });
  }

  close(): void {
    this.#inflate.destroy();
  }
}

function pairsOf(plain: Buffer): Headers {
  let at = 0;
  const next = (): number => {
    at += 4;
    return plain.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = next();
    if (length > plain.length - at) throw new RangeError('a header block ends within a text');
    at += length;
    return plain.toString('utf8', at - length, at);
  };
  const headers = new Map<string, string>();
  for (let left = next(); left > 0; left -= 1) headers.set(text().toLowerCase(), text());
  return headers;
}

/** Writes blocks without any headers: stored blocks of deflate, which need no state. An empty one after each flushes it, without which Go's reader waits for more. */
export class EmptyHeaderWriter {
  #begun = false;

  next(): Buffer {
    const empty = Buffer.concat([stored(int32(0)), stored(Buffer.alloc(0))]);
    if (this.#begun) return empty;
    this.#begun = true;
    return Buffer.concat([zlibHead(), empty]);
  }
}

/** RFC 1950: a window of 32 KiB, and the Adler-32 of the dictionary. */
function zlibHead(): Buffer {
  const method = 0x78;
  const withDictionary = 0x20;
  const check = (31 - ((method * 256 + withDictionary) % 31)) % 31;
  return Buffer.concat([Buffer.from([method, withDictionary | check]), int32(adler32(DICTIONARY))]);
}

/** RFC 1951, 3.2.4: not the last block, not compressed. */
function stored(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(bytes.length ^ 0xffff, 3);
  return Buffer.concat([head, bytes]);
}

function adler32(bytes: Buffer): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
