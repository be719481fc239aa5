// Which server each client is connected to: the one of its machine, or one that the balancer chose when it dialled.
import type { ServerProcess } from './server-process.ts';

/** Streams of one HTTP/2 connection: with so many requests that hang a client dials another one. */
const MOST_STREAMS = 100;

/** No server takes a connection. */
export const NO_SERVER = -1;

export class Connections {
  readonly #servers: readonly ServerProcess[];
  /** By bucket: the server + 1, the machine's own server + 1, and how many of its requests hang. */
  readonly #server: number[] = [];
  readonly #pinned: number[] = [];
  readonly #hanging: number[] = [];
  /** When the connection to a stopped server is given up, by bucket; those of kubelets, whose lease tells them, come first. */
  readonly #gaveUp = new Set<number>();
  /** Pinned clients that dial again: their process is a new one, or the server's was. */
  readonly #fresh = new Set<number>();
  #turn = 0;

  constructor(servers: readonly ServerProcess[]) {
    this.#servers = servers;
  }

  /** The clients of that bucket talk to the API server of their machine only. */
  pin(bucket: number, machine: string): void {
    const server = this.#servers.find((one) => one.machine === machine);
    if (server !== undefined) this.#pinned[bucket] = server.index + 1;
  }

  isPinned(bucket: number): boolean {
    return (this.#pinned[bucket] ?? 0) > 0;
  }

  /** The server that a request of that client goes to now; a connection that is gone is dialled again. */
  serverFor(bucket: number): number {
    const pinned = this.#pinned[bucket] ?? 0;
    if (pinned > 0) {
      if (this.#fresh.size > 0 && this.#fresh.has(bucket)) {
        if (this.#servers[pinned - 1].expired > 0) return NO_SERVER;
        this.#fresh.delete(bucket);
      }
      return pinned - 1;
    }
    const server = (this.#server[bucket] ?? 0) - 1;
    if (server >= 0 && this.#keeps(bucket, this.#servers[server])) return server;
    return this.#dial(bucket);
  }

  /** Whether one more request would hang on the connection to a stopped server, or wait for a dial that fails. */
  hangs(bucket: number): boolean {
    if (this.#gaveUp.has(bucket)) return false;
    this.#hanging[bucket] = (this.#hanging[bucket] ?? 0) + 1;
    return this.#hanging[bucket] <= MOST_STREAMS;
  }

  /** The client closes its connection, or finds it lost. */
  lose(bucket: number, server: number): void {
    if ((this.#server[bucket] ?? 0) - 1 === server) this.#server[bucket] = 0;
    this.#gaveUp.add(bucket);
  }

  /** The client of that bucket is a new process. */
  redial(bucket: number): void {
    this.#fresh.add(bucket);
    this.#server[bucket] = 0;
  }

  /** The process of a server has ended. With a certificate that is not valid its clients do not come back. */
  broken({ index, expired }: ServerProcess): void {
    if (expired === 0) return;
    for (let bucket = 0; bucket < this.#server.length; bucket += 1)
      if (this.#server[bucket] === index + 1) this.#server[bucket] = 0;
    for (let bucket = 0; bucket < this.#pinned.length; bucket += 1)
      if (this.#pinned[bucket] === index + 1) this.#fresh.add(bucket);
  }

  /** A server that was stopped goes on, or is another process. */
  renewed(): void {
    this.#gaveUp.clear();
    this.#hanging.length = 0;
  }

  #keeps(bucket: number, { state, cutOff }: ServerProcess): boolean {
    if (state === 'running' && !cutOff) return true;
    return (
      (state === 'stopped' || state === 'running') &&
      !this.#gaveUp.has(bucket) &&
      (this.#hanging[bucket] ?? 0) < MOST_STREAMS
    );
  }

  /** Each backend in turn; one that refuses is passed over at once; without a healthy one all are tried. */
  #dial(bucket: number): number {
    const taken = this.#next(true) ?? this.#next(false);
    // The balancer does not look at certificates; who dials does.
    const good = taken !== undefined && this.#servers[taken].expired === 0;
    this.#server[bucket] = good ? taken + 1 : 0;
    return good ? taken : NO_SERVER;
  }

  #next(inRotation: boolean): number | undefined {
    const { length } = this.#servers;
    for (let i = 0; i < length; i += 1) {
      const at = (this.#turn + i) % length;
      const { state, listens, cutOff, inRotation: healthy } = this.#servers[at];
      if (inRotation !== healthy || !listens || cutOff || state === 'draining' || state === 'dead') continue;
      this.#turn = at + 1;
      return at;
    }
    return undefined;
  }
}
