// Envoy's circuit breakers of a cluster, with HTTP/1.1: connections to hosts, requests on them, and those that wait for one.

export interface CircuitThresholds {
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  /** Of one host; without it as many as the cluster may have. */
  readonly maxConnectionsPerHost?: number | undefined;
}

export const Admission = { Running: 0, Queued: 1, Overflow: 2 } as const;

/** One connection carries one request at a time. */
export class EnvoyCircuit {
  requests = 0;
  connections = 0;
  pending = 0;
  readonly #thresholds: CircuitThresholds;
  /** By host. */
  readonly #open = new Map<number, number>();
  readonly #idle = new Map<number, number>();
  readonly #queues = new Map<number, number[]>();

  constructor(thresholds: CircuitThresholds) {
    this.#thresholds = thresholds;
  }

  /** One of `Admission` for a request that a balancer sends to a host. */
  start(request: number, host: number): number {
    const { maxPendingRequests, maxRequests } = this.#thresholds;
    const idle = at(this.#idle, host);
    if (idle > 0) {
      if (this.requests >= maxRequests) return Admission.Overflow;
      this.#idle.set(host, idle - 1);
      this.requests += 1;
      return Admission.Running;
    }
    if (this.pending >= maxPendingRequests) return Admission.Overflow;
    if (this.#mayConnect(host)) return this.#connect(host);
    this.pending += 1;
    const queue = this.#queues.get(host);
    if (queue === undefined) this.#queues.set(host, [request]);
    else queue.push(request);
    return Admission.Queued;
  }

  /** A request has ended; its connection is kept, or closed with it. Calls `left` for each one that leaves the host's queue. */
  end(host: number, keepsConnection: boolean, left: (request: number, admission: number) => void): void {
    this.requests -= 1;
    const queue = this.#queues.get(host) ?? [];
    if (keepsConnection) {
      this.#idle.set(host, at(this.#idle, host) + 1);
      this.#reuse(host, queue, left);
      return;
    }
    this.#close(host);
    for (let waiting = queue.length; waiting > 0 && this.#mayConnect(host); waiting -= 1) {
      this.#leave(queue, left, this.#connect(host));
    }
  }

  /** The request gave up waiting at the host. */
  forget(request: number, host: number): void {
    const queue = this.#queues.get(host);
    const index = queue?.indexOf(request) ?? -1;
    if (index < 0) return;
    queue?.splice(index, 1);
    this.pending -= 1;
  }

  #reuse(host: number, queue: number[], left: (request: number, admission: number) => void): void {
    if (queue.length === 0 || this.requests >= this.#thresholds.maxRequests) return;
    this.#idle.set(host, at(this.#idle, host) - 1);
    this.requests += 1;
    this.#leave(queue, left, Admission.Running);
  }

  #leave(queue: number[], left: (request: number, admission: number) => void, admission: number): void {
    this.pending -= 1;
    const request = queue.shift();
    if (request !== undefined) left(request, admission);
  }

  /** A host has one in any case. */
  #mayConnect(host: number): boolean {
    const { maxConnections, maxConnectionsPerHost = Infinity } = this.#thresholds;
    const open = at(this.#open, host);
    return open === 0 || (this.connections < maxConnections && open < maxConnectionsPerHost);
  }

  /** With a new connection, which stays open where its request may not run. */
  #connect(host: number): number {
    this.connections += 1;
    this.#open.set(host, at(this.#open, host) + 1);
    if (this.requests >= this.#thresholds.maxRequests) {
      this.#idle.set(host, at(this.#idle, host) + 1);
      return Admission.Overflow;
    }
    this.requests += 1;
    return Admission.Running;
  }

  #close(host: number): void {
    this.connections -= 1;
    this.#open.set(host, at(this.#open, host) - 1);
  }
}

function at(counts: ReadonlyMap<number, number>, host: number): number {
  return counts.get(host) ?? 0;
}
