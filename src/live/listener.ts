// The socket: HTTP/1.1 over TLS or plain, with limits on everything that a client may send, keep open or leave untaken.
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { InputError } from '../lib/errors.ts';
import type { ApiRequest, ApiResponder } from '../http-api/exchange.ts';
import { answerStatus } from './answers.ts';
import type { Backlogs } from './backlogs.ts';
import type { ServerCertificate } from './certificate.ts';
import type { Guard } from './guard.ts';
import { Responder } from './responder.ts';

/** What an API server takes of a body, bytes. */
const MOST_BODY = 3 * 1024 * 1024;
const MOST_CONNECTIONS = 4096;
/** As API servers have it, unless a client asks for less. */
const MOST_WATCH_SECONDS = 3600;
const LIMITS: ServerOptions = {
  maxHeaderSize: 32 * 1024,
  headersTimeout: 10e3,
  requestTimeout: 60e3,
  keepAliveTimeout: 90e3,
  connectionsCheckingInterval: 5e3,
};

export interface ListenerOptions {
  /** Undefined for plain HTTP. */
  readonly certificate: ServerCertificate | undefined;
  readonly guard: Guard;
  readonly backlogs: Backlogs;
  /** As whom the API server knows everybody who may ask. */
  readonly user: string;
  readonly answer: (request: ApiRequest, responder: ApiResponder) => void;
  /** A request to go on in another protocol; false when that is not possible there, and the socket is still as it was. */
  readonly upgrade: (request: ApiRequest, socket: Duplex, head: Buffer) => boolean;
  readonly connected: () => void;
  readonly disconnected: () => void;
}

export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;

  constructor(options: ListenerOptions) {
    this.#options = options;
    const { certificate } = options;
    const secure = certificate && { cert: certificate.certificate, key: certificate.key };
    this.#server =
      secure === undefined
        ? createServer(LIMITS)
        : createSecureServer({ ...LIMITS, ...secure, minVersion: 'TLSv1.2', handshakeTimeout: 10e3 });
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on('request', (message: IncomingMessage, response: ServerResponse) => this.#take(message, response));
    this.#server.on('upgrade', (...of: [IncomingMessage, Duplex, Buffer]) => this.#upgrade(...of));
    this.#server.on('connection', (socket: Duplex) => {
      options.connected();
      socket.once('close', options.disconnected);
    });
    this.#server.on('clientError', (_error: Error, socket: Duplex) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      else socket.destroy();
    });
  }

  /** Gives the port. Throws an InputError where it is taken, or the address is none of this machine. */
  listen(port: number, address: string): Promise<number> {
    return new Promise((done, fail) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => fail(new InputError(whyNot(error, port, address))));
      this.#server.listen(port, address, () => done((this.#server.address() as AddressInfo).port));
    });
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    this.#options.backlogs.stop();
    await closed;
  }

  #take(message: IncomingMessage, response: ServerResponse): void {
    const { guard, backlogs } = this.#options;
    const responder = new Responder(response, backlogs);
    const refusal = guard.refusal(message.headers);
    if (refusal !== undefined) {
      answerStatus(responder, refusal);
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MOST_BODY) chunks.push(chunk);
      else if (!responder.closed) {
        response.shouldKeepAlive = false;
        const tooLarge = `Request entity too large: limit is ${MOST_BODY}`;
        answerStatus(responder, { code: 413, reason: 'RequestEntityTooLarge', message: tooLarge });
        // What still comes is read and forgotten; `requestTimeout` ends it.
        chunks.length = 0;
      }
    });
    message.on('end', () => {
      if (responder.closed) return;
      this.#answer(this.#requestOf(message, Buffer.concat(chunks)), responder);
    });
  }

  #answer(request: ApiRequest | undefined, responder: ApiResponder): void {
    if (request === undefined) {
      answerStatus(responder, { code: 400, reason: 'BadRequest', message: 'expected a path such as /api/v1/pods' });
      return;
    }
    this.#options.answer(request, responder);
    const seconds = watchSeconds(request.query);
    if (seconds === undefined || responder.closed) return;
    const timer = setTimeout(() => responder.end(), seconds * 1e3);
    responder.onClose(() => clearTimeout(timer));
  }

  #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { guard, upgrade } = this.#options;
    socket.on('error', () => socket.destroy());
    const request = this.#requestOf(message, Buffer.alloc(0));
    const refusal = guard.refusal(message.headers);
    if (refusal !== undefined) socket.end(`HTTP/1.1 ${refusal.code} ${refusal.reason}\r\nConnection: close\r\n\r\n`);
    else if (request === undefined || !upgrade(request, socket, head)) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    }
  }

  #requestOf({ method = '', url = '', headers }: IncomingMessage, body: Buffer): ApiRequest | undefined {
    if (!url.startsWith('/')) return undefined;
    const mark = url.indexOf('?');
    const { user } = this.#options;
    const path = decoded(mark < 0 ? url : url.slice(0, mark));
    if (path === undefined) return undefined;
    const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    const plain = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    );
    return { method, path, query, headers: plain, body, user };
  }
}

/** How long a watch lasts, by the clock of whoever watches; undefined for other requests. */
function watchSeconds(query: URLSearchParams): number | undefined {
  if (!/^(1|true)$/i.test(query.get('watch') ?? '')) return undefined;
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  return seconds > 0 && seconds < MOST_WATCH_SECONDS ? seconds : MOST_WATCH_SECONDS;
}

/** Undefined for what no text was encoded as. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function whyNot({ code, message }: NodeJS.ErrnoException, port: number, address: string): string {
  if (code === 'EADDRINUSE') return `--port: ${port} is taken on ${address}; name another one, or 0 for any`;
  if (code === 'EADDRNOTAVAIL') return `--address: ${address} is no address of this machine`;
  return `cannot listen on ${address}, port ${port}: ${message}`;
}
