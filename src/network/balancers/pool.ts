// What a proxy that keeps state of its own makes of a list of endpoints: it chooses for each request, and hears how it ended.
import type { Balancer } from './balancer.ts';

/** An endpoint as such a proxy knows it. */
export interface PoolEndpoint {
  /** `host:port`, the same for as long as the endpoint lives. */
  readonly address: string;
  /** The annotation `wavetank/weight` of its pod; 1 without. */
  readonly weight: number;
  /** -1 where nobody knows. */
  readonly zone: number;
  /** Requests that its pod holds, as it would answer a probe now. */
  readonly held: () => number;
}

/** What of a request a proxy hashes: the client's address, a header, a cookie; '' where the request has none. */
export interface PoolRequest {
  /** An IPv4 address. */
  readonly source: string;
  readonly header: (name: string) => string;
  readonly cookie: (name: string) => string;
  /** What it is about (`traffic[].keys`), as a path has it: `/key-17`. */
  readonly key: () => string;
}

/** How an attempt ended: with an answer, with an error as the answer, or without any. */
export type Ending = 'answered' | 'error' | 'unanswered';

/** An attempt of a request at an endpoint. */
export interface Turn {
  /** Its number in the list. */
  readonly endpoint: number;
  /** Once, after so long. */
  ended(how: Ending, tookUs: number): void;
}

export interface Pool {
  /** The endpoints as they are from now on; there is at least one. Called before the first choice too. */
  update(endpoints: readonly PoolEndpoint[]): void;
  /** Attempts of one request bring the same object. Undefined: there is nobody to send it to. */
  choose(request: PoolRequest): Turn | undefined;
}

/** What a pool is made with. */
export interface PoolContext {
  readonly nowUs: () => number;
  /** A random integer of 0 … n - 1, n at most 2^31. */
  readonly random: (n: number) => number;
  /** The zone of the proxy, -1 outside. */
  readonly zone: number;
}

/** A balancer whose proxies have pools: sidecars of callers, or the edge. */
export function pooled(pool: (context: PoolContext) => Pool): Balancer {
  return { countsConnections: true, choose: () => 0, pool };
}
