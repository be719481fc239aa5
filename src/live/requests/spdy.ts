// The server's side of SPDY/3.1, as far as port-forward needs it: streams that the client opens, with headers, data and an end in each direction.
import { Duplex } from 'node:stream';
import { EmptyHeaderWriter, HeaderReader, type Headers, int32 } from './spdy-headers.ts';

const VERSION = 3;
const Control = { SynStream: 1, SynReply: 2, Reset: 3, Ping: 6, GoAway: 7 } as const;
const FIN = 1;
const CONTROL_BIT = 0x8000_0000;
const HEAD = 8;
/** Of a frame that is taken, bytes; and streams at a time. */
const MOST_FRAME = 1024 * 1024;
const MOST_STREAMS = 1024;

type Sent = (error?: Error | null) => void;
type Send = (bytes: Buffer, isLast: boolean, sent: Sent) => void;

/** One stream: a socket of its own, on the connection of all. */
export class SpdyStream extends Duplex {
  readonly headers: Headers;
  readonly #send: Send;

  constructor(headers: Headers, send: Send) {
    super({ allowHalfOpen: true });
    this.headers = headers;
    this.#send = send;
  }

  override _read(): void {
    // What comes is pushed when it comes: a client of port-forward sends requests, not files.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, sent: Sent): void {
    this.#send(chunk, false, sent);
  }

  override _final(sent: Sent): void {
    this.#send(Buffer.alloc(0), true, sent);
  }
}

/** Reads what comes by the socket from now on; `onStream` gets each stream as the client opens it. */
export function serveSpdy(socket: Duplex, head: Buffer, onStream: (stream: SpdyStream) => void): void {
  new SpdyConnection(socket, onStream).take(head);
}

class SpdyConnection {
  readonly #socket: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #reader = new HeaderReader();
  readonly #writer = new EmptyHeaderWriter();
  readonly #streams = new Map<number, SpdyStream>();
  #bytes = Buffer.alloc(0);
  /** Frames are taken one after the other, also where a header block takes its time. */
  #taking = false;

  constructor(socket: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#socket = socket;
    this.#onStream = onStream;
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.once('close', () => this.#close());
  }

  take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.#taking) return;
    this.#taking = true;
    void this.#takeFrames()
      .catch((error: Error) => this.#socket.destroy(error))
      .finally(() => (this.#taking = false));
  }

  async #takeFrames(): Promise<void> {
    while (this.#bytes.length >= HEAD) {
      const first = this.#bytes.readUInt32BE(0);
      const flagsAndLength = this.#bytes.readUInt32BE(4);
      const length = flagsAndLength & 0xff_ffff;
      if (length > MOST_FRAME) throw new Error(`a frame of ${length} bytes`);
      if (this.#bytes.length < HEAD + length) return;
      const body = this.#bytes.subarray(HEAD, HEAD + length);
      this.#bytes = this.#bytes.subarray(HEAD + length);
      const flags = flagsAndLength >>> 24;
      if (first < CONTROL_BIT) this.#data(first, flags, body);
      else await this.#control(first & 0x7fff_ffff, flags, body);
    }
  }

  #data(id: number, flags: number, body: Buffer): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (body.length > 0) stream.push(body);
    if ((flags & FIN) !== 0) stream.push(null);
  }

  async #control(versionAndType: number, flags: number, body: Buffer): Promise<void> {
    const type = versionAndType & 0xffff;
    if (versionAndType >>> 16 !== VERSION)
      throw new Error(`version ${versionAndType >>> 16} of SPDY, expected ${VERSION}`);
    if (type === Control.SynStream) await this.#open(body.readUInt32BE(0), flags, body.subarray(10));
    else if (type === Control.Ping) this.#frame(Control.Ping, 0, body);
    else if (type === Control.GoAway) this.#socket.end();
    else if (type === Control.Reset) {
      const id = body.readUInt32BE(0);
      this.#streams.get(id)?.destroy();
      this.#streams.delete(id);
    }
    // Settings, windows and priorities are left aside: what is sent here is small.
  }

  async #open(id: number, flags: number, block: Buffer): Promise<void> {
    const headers = await this.#reader.read(block);
    if (this.#streams.size >= MOST_STREAMS) throw new Error(`more than ${MOST_STREAMS} streams`);
    const stream = new SpdyStream(headers, (bytes, isLast, sent) => {
      const head = Buffer.concat([int32(id), int32(((isLast ? FIN : 0) * 0x100_0000 + bytes.length) >>> 0)]);
      this.#socket.write(Buffer.concat([head, bytes]), sent);
    });
    this.#streams.set(id, stream);
    stream.on('error', () => undefined);
    stream.once('close', () => this.#streams.delete(id));
    this.#frame(Control.SynReply, 0, Buffer.concat([int32(id), this.#writer.next()]));
    if ((flags & FIN) !== 0) stream.push(null);
    this.#onStream(stream);
  }

  #frame(type: number, flags: number, body: Buffer): void {
    const head = Buffer.concat([
      int32((CONTROL_BIT + VERSION * 0x1_0000 + type) >>> 0),
      int32((flags * 0x100_0000 + body.length) >>> 0),
    ]);
    this.#socket.write(Buffer.concat([head, body]));
  }

  #close(): void {
    this.#reader.close();
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
  }
}
