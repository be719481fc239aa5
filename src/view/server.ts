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
}

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const LONGEST_NAME = 600;

/** Listens on `port`, 0 for a free one. Throws an InputError where it is taken. */
export async function servePage(source: PageSource, port: number): Promise<PageServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    answer(source, request, response).catch((error: unknown) => {
      const isInput = error instanceof InputError;
      send(response, isInput ? 404 : 500, 'text/plain; charset=utf-8', isInput ? error.message : String(error));
    });
  });
  server.maxConnections = 64;
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${taken}/`,
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
  if (url.pathname === '/') {
    const { text, policy } = source.document;
    send(response, 200, 'text/html; charset=utf-8', text, { 'content-security-policy': policy });
  } else if (url.pathname === '/frames') {
    source.frames(request, response);
  } else if (url.pathname === '/explain' && source.explain !== undefined) {
    const question = readQuestion(url.searchParams);
    if (typeof question === 'string') send(response, 400, 'text/plain; charset=utf-8', question);
    else send(response, 200, 'text/plain; charset=utf-8', await source.explain(question));
  } else send(response, 404, 'text/plain; charset=utf-8', 'there is nothing here');
}

/** Other sites may not read through the reader's browser what is on the reader's machine (names that lead to loopback, requests from elsewhere). */
function refuses({ method, headers }: IncomingMessage): [number, string, string] | undefined {
  const host = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
  if (!host.test(headers.host ?? ''))
    return [403, 'text/plain; charset=utf-8', 'this server answers to 127.0.0.1 only'];
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site')
    return [403, 'text/plain; charset=utf-8', 'this server does not answer other sites'];
  return method === 'GET' ? undefined : [405, 'text/plain; charset=utf-8', 'only GET is answered'];
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
