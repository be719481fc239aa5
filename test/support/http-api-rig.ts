// The HTTP front over a world for tests: requests in this process, each answered before the next, and a throw-away listener for real clients.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiRequest, ApiResponder } from '../../src/http-api/exchange.ts';
import { HttpApi } from '../../src/http-api/http-api.ts';
import type { World } from '../../src/world/build.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly json: object;
}

/** Takes an answer; a watch goes on until it is closed. */
export class Taken implements ApiResponder {
  status = 0;
  headers: Record<string, string> = {};
  text = '';
  closed = false;
  /** What `write` says: false for a client that is too slow. */
  takes = true;
  readonly #listeners: (() => void)[] = [];

  head(status: number, headers: Record<string, string>): void {
    this.status = status;
    this.headers = headers;
  }

  write(chunk: string | Uint8Array): boolean {
    this.text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
    return this.takes;
  }

  end(chunk: string | Uint8Array = ''): void {
    this.write(chunk);
    this.close();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const listener of this.#listeners) listener();
  }

  onClose(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The events of a watch, up to now. */
  get events(): { readonly type: string; readonly object: WatchedObject }[] {
    const lines = this.text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as { readonly type: string; readonly object: WatchedObject });
  }
}

interface WatchedObject {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
}

export interface Asked {
  readonly body?: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** So much simulated time passes while a request is answered, at a time, µs. */
const STEP_US = 1000;

export class HttpRig {
  readonly world: World;
  readonly api: HttpApi;
  readonly errors: unknown[] = [];

  constructor(world: World) {
    this.world = world;
    this.api = new HttpApi(world, { address: '127.0.0.1:8001', onError: (error) => this.errors.push(error) });
  }

  /** Runs the simulation for so many seconds. */
  run(seconds: number): void {
    this.world.engine.run(this.world.engine.now + seconds * 1e6);
  }

  /** Starts a request, has it answered, and gives whoever takes its answer. */
  begin(method: string, url: string, asked: Asked = {}): Taken {
    const taken = this.start(method, url, asked);
    this.settle();
    return taken;
  }

  /** Starts a request: nobody has answered it yet. */
  start(method: string, url: string, { body, headers = {} }: Asked = {}): Taken {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const taken = new Taken();
    const request: ApiRequest = {
      method,
      path: decodeURIComponent(pathname),
      query: searchParams,
      headers: {
        accept: 'application/json',
        ...(text === '' ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: new TextEncoder().encode(text),
      user: 'admin',
    };
    this.api.handle(request, taken);
    return taken;
  }

  /** Runs until everything has been answered. */
  settle(): void {
    for (let steps = 0; this.api.pending > 0; steps += 1) {
      if (steps > 100_000) throw new Error('a request is not answered');
      this.world.engine.run(this.world.engine.now + STEP_US);
    }
  }

  ask(method: string, url: string, asked: Asked = {}): Answered {
    const { status, headers, text } = this.begin(method, url, asked);
    const isJson = (headers['content-type'] ?? '').startsWith('application/json');
    return { status, headers, text, json: isJson ? (JSON.parse(text) as object) : {} };
  }

  get(url: string, headers: Readonly<Record<string, string>> = {}): Answered {
    return this.ask('GET', url, { headers });
  }
}

/** Listens on a port of the loopback; simulated time follows the wall clock, `speed` times as fast. */
export async function listen(rig: HttpRig, speed = 20): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Uint8Array[] = [];
    incoming.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on('end', () => {
      const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
      const closers: (() => void)[] = [];
      outgoing.on('close', () => {
        for (const closer of closers) closer();
      });
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      );
      rig.api.handle(
        {
          method: incoming.method ?? 'GET',
          path: decodeURIComponent(pathname),
          query: searchParams,
          headers,
          body: Buffer.concat(chunks),
          user: 'admin',
        },
        {
          head: (status, given) => {
            outgoing.writeHead(status, given);
            outgoing.flushHeaders();
          },
          write: (chunk) => {
            outgoing.write(chunk);
            return true;
          },
          end: (chunk) => {
            if (chunk === undefined) outgoing.end();
            else outgoing.end(chunk);
          },
          get closed() {
            return outgoing.closed;
          },
          onClose: (listener) => {
            closers.push(listener);
          },
        },
      );
      rig.settle();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pace = setInterval(() => rig.run(0.02 * speed), 20);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      clearInterval(pace);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
