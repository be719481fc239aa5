// `kubectl port-forward`: streams over one connection, each a socket at the port of a pod; the HTTP requests that come by them are simulated.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiRequest } from '../../http-api/exchange.ts';
import type { PodRow } from '../../model/rows.ts';
import type { World } from '../../world/build.ts';
import { answerEnded } from './answers.ts';
import type { SimulatedRequests } from './simulated-requests.ts';
import { serveSpdy, type SpdyStream } from './spdy.ts';

const FORWARDED = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/portforward$/;
const PROTOCOL = 'portforward.k8s.io';

/** The pod that a tunnel leads to, as it was when it was opened. */
interface Tunnel {
  readonly pod: PodRow;
  readonly epoch: number;
}

export class PortForward {
  readonly #world: World;
  readonly #requests: SimulatedRequests;
  /** Before each request virtual time comes up to the clock, and after it goes on. */
  readonly #around: (ask: () => void) => void;
  /** Reads HTTP from streams; it never listens. */
  readonly #http: Server;
  readonly #aims = new WeakMap<
    object,
    { readonly tunnel: Tunnel; readonly port: string; readonly error: SpdyStream | undefined }
  >();

  constructor(world: World, requests: SimulatedRequests, around: (ask: () => void) => void) {
    this.#world = world;
    this.#requests = requests;
    this.#around = around;
    this.#http = createServer({ keepAliveTimeout: 0 }, (message, response) => this.#answer(message, response));
  }

  /** Takes the connection over, where it is one for port-forward to a pod that runs; false for any other. */
  upgrades({ path, headers }: ApiRequest, socket: Duplex, head: Buffer): boolean {
    const match = FORWARDED.exec(path);
    // To the offer of a WebSocket kubectl wants a refusal, and comes again with SPDY.
    if (match === null || headers['upgrade']?.toLowerCase() !== 'spdy/3.1') return false;
    const [, namespace, name] = match;
    const pod = this.#requests.findPod(namespace, name);
    if (pod < 0) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return true;
    }
    const tunnel = { pod, epoch: this.#world.state.pods.epoch[pod] };
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${PROTOCOL}\r\n\r\n`,
    );
    const errors = new Map<string, SpdyStream>();
    serveSpdy(socket, head, (stream) => this.#opened(stream, tunnel, errors));
    return true;
  }

  /** For each connection to the local port there is a stream for what goes wrong, and then one for the data. */
  #opened(stream: SpdyStream, tunnel: Tunnel, errors: Map<string, SpdyStream>): void {
    const id = stream.headers.get('requestid') ?? '';
    if (stream.headers.get('streamtype') === 'error') {
      stream.resume();
      errors.set(id, stream);
      return;
    }
    const error = errors.get(id);
    errors.delete(id);
    this.#aims.set(stream, { tunnel, port: stream.headers.get('port') ?? '', error });
    // With the end of the data nothing can go wrong any more.
    stream.once('close', () => error?.end());
    this.#http.emit('connection', stream);
  }

  #answer(message: IncomingMessage, response: ServerResponse): void {
    const stream = message.socket;
    const aim = this.#aims.get(stream);
    message.resume();
    if (aim === undefined) {
      stream.destroy();
      return;
    }
    const { tunnel, port, error } = aim;
    const fails = (why: string): void => {
      error?.end(
        `error forwarding port ${port} to pod: failed to connect to localhost:${port} inside namespace: ${why}\n`,
      );
      stream.destroy();
    };
    // The pod has gone: its tunnel leads to nobody, whoever has its row now.
    if (this.#world.state.pods.epoch[tunnel.pod] !== tunnel.epoch || this.#world.state.pods.alive[tunnel.pod] !== 1) {
      fails('network namespace is closed');
      return;
    }
    this.#around(() =>
      this.#requests.toPod(tunnel.pod, port, (ended) =>
        answerEnded(ended, {
          answered(status, headers, text) {
            response.writeHead(status, headers);
            response.end(text);
          },
          unreachable: fails,
        }),
      ),
    );
  }
}
