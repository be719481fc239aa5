// Ports: the way of packets, and who leads and divides connections.
import type { RequestTraits } from '../request-traits.ts';
import type { FamilyUse } from '../settings/family-use.ts';
import type { EndpointSubset, Selection } from '../endpoints.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow } from '../rows.ts';

/**
 * How an attempt to connect ends: with an endpoint; rejected on the spot, as nothing of that name or port exists, or the proxy knows no
 * endpoint; without any answer to its first packet; or before that, as nobody says what the name stands for.
 */
export const Connect = { Open: 0, Refused: 1, Dropped: 2, Unresolved: 3 } as const;

/** How an attempt ended, for those who led it: with an answer, with an error as the answer, or without any. */
export const Ended = { Well: 0, Badly: 1, Unanswered: 2 } as const;

/**
 * Of the endpoints of a destination (at least one) those that a caller (-1: outside) uses for now, such as all but the ejected ones. None: the
 * connection is refused. Make a part of them by `someEndpoints`, once per change and not per connection: balancers know them by their arrays.
 */
export type EndpointFilter = (caller: PodRow, endpoints: EndpointSubset) => EndpointSubset;

/** The packets' way. The network part implements it. Times in µs. */
/** No such name, one with an address in the cluster, or one that leads to a host outside. */
export type NameKind = 'none' | 'cluster' | 'outside';

/** How a proxy that serves requests balances those to a Service. */
export interface UpstreamUse {
  /** Whose proxies they are: its settings by image. */
  readonly proxies: string;
  readonly balancer: FamilyUse;
  /** From one look at changed endpoints to the next one at least, and until they are in effect, µs. */
  readonly syncPeriodUs: number;
  readonly syncUs: number;
  /** What balancers hash of the requests, and how many clients send them. */
  readonly request: RequestTraits;
}

/** How proxies beside callers balance, of one image. */
export type SidecarUse = Omit<UpstreamUse, 'request'>;

export interface Routes {
  /**
   * The number of a destination: a Service by its name, which need not exist yet, and one of its ports by name or number; ''
   * is the first one. Through each `tunnel`, that of `kubectl port-forward` of a client outside to one pod, it is a destination of its own, and so
   * it is for callers outside who have other numbers of `clients`, each with an address.
   */
  destination(
    namespace: string,
    service: string,
    port: string,
    tunnel?: string,
    clients?: number,
    request?: RequestTraits,
  ): number;
  /**
   * The number of a destination that a proxy in a pod connects to by itself, at the pods of a Service: as its controller has heard of them,
   * by a balancer of its own.
   */
  upstream(namespace: string, service: string, port: string, use: UpstreamUse): number;
  /** The next connection to such a destination is one of that proxy (from -2 down; its balancer has state of its own), for that source. */
  through(proxy: number, source: string): void;
  /** The number of a kind of proxies beside callers, or on their nodes. */
  sidecars(use: SidecarUse): number;
  /**
   * While it is one of those numbers, `connect` is by the caller's own proxy: as that has heard of endpoints, by its balancer in place of the Service's,
   * with the state of the proxy named by `through`. -1: by the proxy of its node.
   */
  sidecar: number;
  /** The entry of the log that the endpoints of such a destination are of, as that pod knows them. */
  upstreamEntry(destination: number, pod: PodRow): number;
  /** Before each connection to the destination the filter says which of its endpoints the caller uses. */
  filter(destination: number, filter: EndpointFilter): void;
  /**
   * Opens a connection to a destination from a node (-1: the client outside) for a caller: its pod row, or -1 for one
   * outside. Returns one of `Connect`. What was chosen stands in the fields below until the next call. Where luck decides
   * (a rule divides connections, a client outside comes by one of several nodes), it is a function of the last three: (ordinal, hop,
   * attempt) of the request.
   */
  connect(
    destination: number,
    fromNode: NodeRow,
    caller: PodRow,
    ordinal: number,
    hop: number,
    attempt: number,
  ): number;
  /** The endpoint of the last connection, as the proxy knows it: its pod, that pod's epoch, class, node and port. The pod may be gone by now. */
  readonly pod: PodRow;
  readonly epoch: number;
  readonly podClass: ClassRow;
  readonly node: NodeRow;
  readonly port: number;
  /** The node by which the connection came into the cluster and by which its packets go, -1 where they go straight. */
  readonly via: NodeRow;
  /** The key that the request is about whose connection is opened next, for proxies that hash it; -1 for none. */
  key: number;
  /** What to pass to `disconnect` when the connection ends, with one of `Ended`; -1 when its balancer does not count connections. */
  readonly connection: number;
  /**
   * While true, `connect` leads a request to an endpoint without opening a connection to it: names, tables of connections and NetworkPolicies, which
   * may be in the way of a new one, are not asked. For callers that keep connections.
   */
  reusing: boolean;
  /** While set, `connect` leads clients of a headless Service to those of its addresses that this gives: what they have found. */
  addresses: ((all: EndpointSubset) => EndpointSubset) | undefined;
  /** Whether a new connection between these nodes gets through, as far as faults are concerned. */
  passes(fromNode: NodeRow, via: NodeRow, toNode: NodeRow): boolean;
  /**
   * What NetworkPolicies say to a new connection of a caller to an endpoint: one of `Connect`. `connect` has asked, unless it was `reusing`. The first
   * five are those of `connect`.
   */
  admits(destination: number, fromNode: NodeRow, caller: PodRow, ordinal: number, hop: number, to: Reached): number;
  /** Whether something leads each request to the destination by itself: a route, a filter of endpoints, or a balancer that looks at requests. */
  leadsRequests(destination: number): boolean;
  /** Which of the destination's clients outside a request comes from, by its ordinal and hop. */
  clientOf(destination: number, ordinal: number, hop: number): number;
  /** What cluster DNS knows of the destination's Service now. */
  named(destination: number): NameKind;
  disconnect(connection: number, how: number): void;
  /**
   * One packet's way from node to node (-1: outside), by another one if `via` is one, or -1 when a partition swallows it. Draws from
   * the network's own stream.
   */
  delayUs(fromNode: NodeRow, via: NodeRow, toNode: NodeRow): number;
  /** How fast faults let a message from node to node be sent at most, bytes per second; Infinity where none holds it back. */
  bytesPerSecond(fromNode: NodeRow, toNode: NodeRow): number;
}

/** Where a connection leads. */
export type Reached = Pick<Routes, 'pod' | 'podClass' | 'node' | 'port' | 'via'>;

/** How far nodes are from each other. The network part implements it. */
export interface Latencies {
  /** The mean latency of one packet, µs; -1 when a partition lies between. */
  meanUs(from: NodeRow, to: NodeRow): number;
}

/** A part of the endpoints of a Service. Its share of the connections is its weight by the sum of all weights. */
export interface Backend {
  /** Another Service in place of the divided one, as a router has several behind a host. Its ports are in the same order. */
  readonly service?: ObjectRow;
  readonly selection: Selection;
  readonly weight: number;
}

/** Where a share of the requests goes too, with answers that nobody waits for. */
export interface Mirror {
  readonly service: ObjectRow;
  readonly selection: Selection;
  /** 0 to 1. */
  readonly share: number;
}

/** Requests that match go to these backends, by weight; those of the first rule that matches. */
export interface RouteRule {
  readonly matches: (request: RequestTraits) => boolean;
  readonly backends: readonly Backend[];
  readonly mirrors?: readonly Mirror[];
  /** By client of a source: the Service that it was sent to before, and is sent to again. Kept by whoever makes the rule. */
  readonly sticky?: Map<number, ObjectRow> | undefined;
}

/** Who leads requests by what they are. The network part implements it. */
export interface Routing {
  /** From now on, as each proxy learns it, connections to a Service follow these rules; those that none matches go to the Service itself. */
  route(service: ObjectRow, rules: readonly RouteRule[]): void;
}

/** Who divides connections. The network part implements it. */
export interface Division {
  /**
   * Divides the connections to a Service (object row) from now on, as each proxy learns it; without backends it is undivided again.
   * A backend without endpoints refuses its share.
   */
  divide(service: ObjectRow, backends: readonly Backend[]): void;
}

/** Where a system outside the cluster is: a machine of its own, with one process that listens on every port. */
export interface ExternalPlace {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly node: NodeRow;
}

/** Systems outside the cluster, by host. The world implements it. */
export interface ExternalSystems {
  readonly hosts: readonly string[];
  find(host: string): ExternalPlace | undefined;
  /** The IPv4 address of a system by its row; -1 for a pod of the cluster. */
  addressOf(pod: PodRow): number;
  /** From now on it says nothing, or refuses every connection; as often as it is taken down, so often it must be brought back. */
  takeDown(host: string, refuses: boolean): void;
  bringBack(host: string): void;
}
