// A server on the loopback interface for one page: the document, its frames, and what `wavetank explain` says.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InputError } from '../lib/errors.ts';
import type { PageDocument } from './document.ts';

/** What somebody clicked on, and when: seconds of simulated time. */
export interface Question {
  readonly subject: 'pod' | 'workload';
  /** `namespace/name` of a pod; `kind/namespace/name` of a workload, `node/name` of a node. */
  readonly name: string;
  readonly seconds: number;
}

export interface PageSource {
  readonly document: PageDocument;
  /** Sends frames, each a line of JSON, and ends when there are no more. */
  readonly frames: (request: IncomingMessage, response: ServerResponse) => void;
  /** The text that `wavetank explain` prints. Throws an InputError for what does not exist. */
  readonly explain?: (question: Question) => Promise<string>;
  /** Does what is asked on the page, and says what it did. Throws an InputError. */
  readonly act?: (order: unknown) => Promise<string>;
  /** The path below which everything is; whoever does not know it is not answered. Default: `/`. */
  readonly base?: string;
}

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const LONGEST_NAME = 600;
const NOTHING = 'there is nothing here';
/** Of an order, bytes. */
const LONGEST_ORDER = 65_536;
const PLAIN = 'text/plain; charset=utf-8';

/** Listens on `port`, 0 for a free one. Throws an InputError where it is taken. */
export async function servePage(source: PageSource, port: number): Promise<PageServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    answer(source, request, response).catch((error: unknown) => {
      const isInput = error instanceof InputError;
      send(response, isInput ? 404 : 500, PLAIN, isInput ? error.message : String(error));
    });
  });
  server.maxConnections = 64;
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${taken}${source.base ?? '/'}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken: choose another one, or 0 for a free one' : error.message;
      reject(new InputError(`--port: ${port} ${why}`));
    });
    server.listen(port, LOOPBACK, resolve);
  });
}

async function answer(source: PageSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = refuses(request);
  if (refusal !== undefined) {
    send(response, ...refusal);
    return;
  }
  const url = new URL(request.url ?? '/', `http://${LOOPBACK}`);
  const { base = '/', document, explain, act } = source;
  const path = url.pathname.startsWith(base) ? url.pathname.slice(base.length) : undefined;
  if (request.method === 'POST') {
    if (path !== 'act' || act === undefined) send(response, 404, PLAIN, NOTHING);
    else send(response, 200, PLAIN, await act(await readOrder(request)));
  } else if (path === '') {
    send(response, 200, 'text/html; charset=utf-8', document.text, { 'content-security-policy': document.policy });
  } else if (path === 'frames') {
    source.frames(request, response);
  } else if (path === 'explain' && explain !== undefined) {
    const question = readQuestion(url.searchParams);
    if (typeof question === 'string') send(response, 400, PLAIN, question);
    else send(response, 200, PLAIN, await explain(question));
  } else send(response, 404, PLAIN, NOTHING);
}

/** Throws an InputError for what is too long, or no JSON. */
async function readOrder(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_ORDER) throw new InputError(`an order has at most ${LONGEST_ORDER} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw new InputError(`the order is not JSON: ${(error as Error).message}`);
  }
}

/** Other sites may not read through the reader's browser what is on the reader's machine (names that lead to loopback, requests from elsewhere). */
function refuses({ method, headers }: IncomingMessage): [number, string, string] | undefined {
  const host = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
  if (!host.test(headers.host ?? '')) return [403, PLAIN, 'this server answers to 127.0.0.1 only'];
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return [403, PLAIN, 'this server does not answer other sites'];
  if (method === 'POST') {
    // Only the page itself, as browsers say and as no other page can.
    const isOwn = site === 'same-origin' && headers['content-type'] === 'application/json';
    return isOwn ? undefined : [403, PLAIN, 'only the page itself may act'];
  }
  return method === 'GET' ? undefined : [405, PLAIN, 'only GET and POST are answered'];
}

function readQuestion(query: URLSearchParams): Question | string {
  const seconds = Number(query.get('at'));
  const subject = query.has('pod') ? 'pod' : 'workload';
  const name = query.get(subject) ?? '';
  if (name === '' || name.length > LONGEST_NAME) return 'expected ?pod=NAMESPACE/NAME or ?workload=KIND/NAMESPACE/NAME';
  if (!Number.isFinite(seconds) || seconds < 0 || query.get('at') === null) return 'expected &at=SECONDS';
  return { subject, name, seconds };
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  more: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    ...more,
  });
  response.end(text);
}
