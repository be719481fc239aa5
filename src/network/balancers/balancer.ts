// What a balancer is: it picks one of the endpoints that its proxy knows, by what that proxy itself has seen.

import type { Pool, PoolContext } from './pool.ts';

/** What a balancer may look at when it chooses. The object is reused: do not keep it. */
export interface BalancerView {
  /** Endpoints that the proxy knows, at least 1; they are numbered from 0. */
  readonly count: number;
  /** A random integer of 0 … n - 1. */
  random(n: number): number;
  /** Connections that this proxy has open to endpoint i. Only for a balancer with `countsConnections`. */
  open(i: number): number;
  /** Requests that endpoint i held when the board was last written. Only for a balancer with `boardUs`. */
  reported(i: number): number;
  /** Connections that this proxy has opened to endpoint i since then. Only for a balancer with `boardUs`. */
  sent(i: number): number;
  /** An integer that the proxy keeps for these endpoints (a port of a Service); 0 at first. */
  memory: number;
}

/** What a balancer is made with. */
export interface BalancerContext {
  /** Simulated time in µs. */
  nowUs(): number;
}

export interface Balancer {
  /**
   * False: the proxy is the node's kube-proxy, which does not know of connections that end.
   * True: it is a sidecar of the calling pod (or the edge) and counts the connections that it has open.
   */
  readonly countsConnections: boolean;
  /** How often the board is written on which it reads the load of all pods, µs; without it there is no board. */
  readonly boardUs?: number;
  /** The number of the chosen endpoint. Called for each new connection: allocate nothing. */
  choose(view: BalancerView): number;
  /** For proxies with state of their own for each list of endpoints: that chooses then, and `choose` is never asked. */
  pool?(context: PoolContext): Pool;
}
