// What connections ask and tell of requests: the caller's half of calls answers.
import type { Connection, Endpoint } from './connection.ts';
import type { Pool } from './pool.ts';

/** What becomes of requests, by their rows. */
export interface Requests {
  /** Asks for the endpoint of a new connection, as if for that request. Gives one of `Connect`; the answer stands in the routes. */
  leadConnection(row: number): number;
  /** Whether NetworkPolicies let a new connection to that endpoint through, as if for that request. Gives one of `Connect`. */
  admits(row: number, endpoint: Endpoint): number;
  /** One that has waited since then has a connection. */
  assigned(row: number, connection: Connection, sinceUs: number): void;
  /** One that waited gets none: one of `Connect`. */
  failed(row: number, pool: Pool, how: number): void;
  /** The connection that it was on is gone. */
  lost(row: number): void;
  /** It has reached its server, which has accepted the connection by now. */
  arrived(row: number, epoch: number): void;
  /** It had reached a server that never accepted the connection. */
  unserved(row: number, epoch: number): void;
  /** Its caller has ended while it waited. */
  orphaned(row: number): void;
}
