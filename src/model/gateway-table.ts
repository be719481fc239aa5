// What a proxy has made of the Ingresses or HTTPRoutes that it serves: which requests go to which Services.
import type { FamilyUse } from './settings/family-use.ts';
import type { RetryCause } from './settings/gateway.ts';
import type { RequestTraits } from './request-traits.ts';

/** A share of requests, 0 to 1, that is copied to a backend. */
export interface MirrorOfRoute {
  readonly backend: GatewayBackend;
  readonly share: number;
}

/** The Service by which a request came to the proxy; its port by name or number, '' where it has only one. */
export interface ComesBy {
  readonly namespace: string;
  readonly name: string;
  readonly port: string;
}

export interface GatewayBackend {
  readonly namespace: string;
  readonly service: string;
  /** By name or number. */
  readonly port: string;
  readonly weight: number;
  /** What comes to this one of the backends, where that is not what comes to all of them. */
  readonly rewrite?: ((request: RequestTraits) => RequestTraits) | undefined;
  /** Of the requests that go here these shares go there too. */
  readonly mirrors?: readonly MirrorOfRoute[] | undefined;
}

/** Requests that match go to one of the backends, by weight; nowhere (500) where all weights are 0. */
export interface GatewayRoute {
  /** `Ingress shop/web`, for messages. */
  readonly of: string;
  readonly matches: (request: RequestTraits) => boolean;
  readonly backends: readonly GatewayBackend[];
  /** By client of a source: the Service that it was sent to before, and is sent to again. */
  readonly sticky?: Map<number, string> | undefined;
  /** Of an attempt at a backend; undefined: the proxy's own. 0 is none. */
  readonly timeoutUs?: number | undefined;
  /** In place of the proxy's own. */
  readonly balancer?: FamilyUse | undefined;
  readonly retries?: GatewayRetries | undefined;
  /** The proxy tells the client to go elsewhere. */
  readonly redirects?: boolean | undefined;
  /** There is nothing to be had: the connection of the client is closed. */
  readonly closes?: boolean | undefined;
  /** What comes to the backend, where that is not what came to the proxy. */
  readonly rewrite?: ((request: RequestTraits) => RequestTraits) | undefined;
  /** Shares of the requests, 0 to 1, that go there too. */
  readonly mirrors?: readonly MirrorOfRoute[] | undefined;
}

/** Attempts after the first one, after which ends of an attempt, and how long after it. */
export interface GatewayRetries {
  readonly max: number;
  readonly on: readonly RetryCause[];
  readonly backoffUs: number;
}

export interface GatewayTable {
  /** The route of a request; undefined: there is none (404). */
  readonly find: (request: RequestTraits, by: ComesBy) => GatewayRoute | undefined;
  /** Whether the host has a certificate: then its clients use TLS. */
  readonly hasTls: (host: string, by: ComesBy) => boolean;
  /** Of equal tables it is equal: what the configuration is made of beside endpoints. */
  readonly digest: string;
}

export const NO_ROUTES: GatewayTable = { find: () => undefined, hasTls: () => false, digest: '' };
