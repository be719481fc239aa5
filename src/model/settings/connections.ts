// How connections are kept, by callers and by servers, and what they cost. Times in integer microseconds, sizes in bytes.

/** HTTP/1.1 answers one request at a time on a connection; HTTP/2, and gRPC on it, many. */ import type { EgressPrices } from './costs.ts';

export const protocolNames = ['http1', 'http2'] as const;
export type ProtocolName = (typeof protocolNames)[number];

export const tlsNames = ['none', '1.2', '1.3'] as const;
export type TlsName = (typeof tlsNames)[number];

/** When an endpoint is chosen: with each connection, as kube-proxy does, or with each request, as a client or a proxy that knows all of them. */
export const connectionBalancing = ['connection', 'request'] as const;
export type ConnectionBalancing = (typeof connectionBalancing)[number];

/** When a client that knows the endpoints of a headless Service looks its name up again: all the time, or when it has lost a connection. */
export const lookups = ['always', 'disconnected'] as const;
export type Lookups = (typeof lookups)[number];

/** Of one process that calls, to one Service. Infinity stands for no limit. */
export interface CallerConnections {
  readonly protocol: ProtocolName;
  /** False: each connection is closed after one request. */
  readonly keepAlive: boolean;
  readonly balance: ConnectionBalancing;
  readonly resolves: Lookups;
  /** A connection that is not open after so long is given up. */
  readonly openUs: number;
  /** As long as there are fewer, a request opens one more. */
  readonly min: number;
  readonly max: number;
  /** Requests that may wait for a connection. */
  readonly pending: number;
  /** How long each of them does. */
  readonly pendingUs: number;
  /** The caller closes what was not used for so long; Infinity: never. */
  readonly idleUs: number;
  readonly maxIdle: number;
  readonly lifetimeUs: number;
  /** Requests at a time on one connection: 1 with http1. */
  readonly streams: number;
  readonly tls: TlsName;
  /** Whether sessions are resumed with a server that the process has been connected to. */
  readonly resumes: boolean;
  /** Pings of a silent peer; absent: TCP alone notices. */
  readonly ping: { readonly everyUs: number; readonly timeoutUs: number } | undefined;
}

/** Of one process that serves. */
export interface ServerConnections {
  readonly max: number;
  /** Connections beyond `max` that the kernel keeps until the process accepts them. */
  readonly backlog: number;
  /** What is beyond `max` is refused instead. */
  readonly refuses: boolean;
  readonly idleUs: number;
  /** Drawn within ±10 % for each connection, as gRPC does. */
  readonly maxAgeUs: number;
  /** After that requests have so long to end. */
  readonly maxAgeGraceUs: number;
  readonly maxRequests: number;
  readonly streams: number;
}

/** Bytes of a request and of its answer. */
export interface MessageSizes {
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** CPU time of one handshake on both sides. */
export interface HandshakeCpu {
  readonly callerUs: number;
  readonly serverUs: number;
}

/** The table of connections of each node. */
export interface ConntrackSpec {
  /** Entries for each CPU of a node, but not fewer than `min`. */
  readonly maxPerCore: number;
  readonly min: number;
  readonly timeWaitUs: number;
  /** After a reset. */
  readonly closeUs: number;
  readonly udpUs: number;
}

/** Source NAT of each node towards systems outside. */
export interface SnatSpec {
  /** Ports of a node to each of them. */
  readonly ports: number;
  readonly timeWaitUs: number;
  /** After a reset. */
  readonly closeUs: number;
}

export interface ConnectionsSpec {
  /** Of callers that say nothing of their own; absent: each request opens a connection that costs nothing and is not counted. */
  readonly callers: CallerConnections | undefined;
  readonly servers: ServerConnections;
  readonly handshake: { readonly full: HandshakeCpu; readonly resumed: HandshakeCpu };
  /** Local ports that a process has for each destination, and how long one is not used again after its owner closed the connection. */
  readonly ports: number;
  readonly timeWaitUs: number;
  /** Absent: tables of connections are never full but by faults. */
  readonly conntrack: ConntrackSpec | undefined;
  /** Absent: nodes have ports enough. */
  readonly snat: SnatSpec | undefined;
  /** Of TCP: bytes that may be under way at first, and whether an idle connection starts over. */
  readonly initialWindowBytes: number;
  readonly slowStartAfterIdle: boolean;
  /** Bytes per second that the network card of a node sends, and receives; Infinity. */
  readonly nodeBandwidth: number;
  /** Absent where nobody counts bytes between zones. */
  readonly egress?: EgressPrices | undefined;
}
