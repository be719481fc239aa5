// Connections over time: the rows of connections.csv, endpoints.csv, conntrack.csv and snat.csv.
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import { dnsHostname } from '../model/pod-dns-name.ts';
import { splitPodName } from '../model/settings/pod-name.ts';
import { EndpointBit } from '../model/endpoints.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { Connections } from '../traffic/connections/connections.ts';
import type { ConntrackTable } from '../traffic/connections/conntrack.ts';
import { type EdgeCounts, endpointName } from '../traffic/connections/counts.ts';
import type { SnatPorts } from '../traffic/connections/source-nat.ts';
import { hostOfMachine } from './external-systems.ts';

/** Columns that are counts of the interval. */
const COUNTS = {
  opened: 'opened',
  resumed: 'resumed',
  closed_by_caller: 'closedByCaller',
  closed_by_server: 'closedByServer',
  reset: 'broken',
  refused: 'refused',
  packets_dropped: 'dropped',
  without_port: 'withoutPort',
  overflowed: 'overflowed',
  requests: 'requests',
  reused: 'reused',
  repeated: 'repeated',
  waited: 'waited',
} as const satisfies Partial<Record<keyof Row<'connections'>, keyof EdgeCounts>>;

export type ConnectionCount = keyof typeof COUNTS;
const names = Object.keys(COUNTS) as ConnectionCount[];

interface Times {
  readonly waits: Histogram;
  readonly handshakes: Histogram;
}

interface Seen {
  readonly namespace: string;
  readonly service: string;
  readonly requests: Map<string, number>;
}

export class ConnectionHistory {
  readonly rows: Row<'connections'>[] = [];
  readonly endpoints: Row<'endpoints'>[] = [];
  readonly conntrack: Row<'conntrack'>[] = [];
  readonly snat: Row<'snat'>[] = [];
  /** By interval: of all edges. */
  readonly #times: Times[] = [];
  readonly #state: ClusterState;
  readonly #connections: Connections | undefined;
  readonly #before = new Map<EdgeCounts, Record<ConnectionCount, number>>();
  /** By table of a node, or its ports to a system outside: what was dropped before. */
  readonly #dropped = new Map<ConntrackTable | SnatPorts, number>();
  /** By pod and epoch: what it is called, once it was seen. */
  readonly #names = new Map<string, string>();

  constructor(state: ClusterState, connections: Connections | undefined) {
    this.#state = state;
    this.#connections = connections;
  }

  get isKept(): boolean {
    return this.#connections !== undefined;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const connections = this.#connections;
    if (connections === undefined) return;
    const all: Times = { waits: new Histogram(), handshakes: new Histogram() };
    const services = new Map<string, Seen>();
    for (const edge of connections.groups.edges) {
      this.#sampleEdge(edge, time_seconds, all, connections);
      const key = `${edge.namespace}/${edge.service}`;
      const seen = services.get(key) ?? { namespace: edge.namespace, service: edge.service, requests: new Map() };
      services.set(key, seen);
      for (const [endpoint, count] of edge.takeRequests()) {
        seen.requests.set(endpoint, (seen.requests.get(endpoint) ?? 0) + count);
      }
    }
    this.#times.push(all);
    const open = openByEndpoint(connections);
    for (const seen of services.values()) this.#sampleEndpoints(seen, open, time_seconds);
    this.#sampleConntrack(time_seconds, connections);
    this.#samplePorts(time_seconds, connections);
  }

  #sampleEdge(edge: EdgeCounts, time_seconds: number, all: Times, { ports }: Connections): void {
    const before = this.#before.get(edge);
    const total = Object.fromEntries(names.map((name) => [name, edge[COUNTS[name]]])) as Record<
      ConnectionCount,
      number
    >;
    const since = Object.fromEntries(names.map((name) => [name, total[name] - (before?.[name] ?? 0)]));
    this.#before.set(edge, total);
    const { waits, handshakes } = edge.takeTimes();
    all.waits.merge(waits);
    all.handshakes.merge(handshakes);
    this.rows.push({
      time_seconds,
      caller: edge.caller,
      namespace: edge.namespace,
      service: edge.service,
      open: edge.open,
      streams: edge.streams,
      pending: edge.pending,
      ...(since as Record<ConnectionCount, number>),
      wait_p50_seconds: waits.quantileSeconds(0.5),
      wait_p99_seconds: waits.quantileSeconds(0.99),
      handshake_p50_seconds: handshakes.quantileSeconds(0.5),
      handshake_p99_seconds: handshakes.quantileSeconds(0.99),
      ports_most: edge.takeMostPorts(ports, time_seconds * 1e6),
    });
  }

  #sampleEndpoints(
    { namespace, service, requests }: Seen,
    open: ReadonlyMap<string, number>,
    time_seconds: number,
  ): void {
    const { objects, endpoints } = this.#state;
    const named = splitPodName(service);
    const row = objects.find('Service', namespace, named.service);
    const keys = new Map<string, boolean>();
    for (const { pods, epochs, flags, classes } of row < 0 ? [] : endpoints.latest(row).slices) {
      for (const [i, pod] of pods.entries()) {
        const hostname = named.pod === '' ? '' : dnsHostname(this.#state, pod as PodRow, classes[i], named.service);
        if (hostname !== named.pod) continue;
        const key = this.#know(pod as PodRow, epochs[i]);
        keys.set(key, (flags[i] & EndpointBit.Ready) !== 0);
      }
    }
    for (const key of requests.keys()) if (!keys.has(key)) keys.set(key, false);
    for (const [key, ready] of keys) {
      const pod = this.#names.get(key) ?? this.#nameOf(key);
      if (pod === undefined) continue;
      this.endpoints.push({
        time_seconds,
        namespace,
        service,
        pod,
        ready: ready ? 1 : 0,
        requests: requests.get(key) ?? 0,
        connections: open.get(key) ?? 0,
      });
    }
  }

  #know(pod: PodRow, epoch: number): string {
    const key = endpointName(pod, epoch);
    if (!this.#names.has(key)) this.#nameOf(key);
    return key;
  }

  /** Undefined for one that is gone, or is outside. */
  #nameOf(key: string): string | undefined {
    const { pods, identities } = this.#state;
    const [pod = -1, epoch] = key.split(' ').map(Number);
    if (pods.epoch[pod] !== epoch || pods.alive[pod] !== 1) return undefined;
    const name = identities.name(pods.identity[pod]);
    this.#names.set(key, name);
    return name;
  }

  #sampleConntrack(time_seconds: number, { ways: { conntrack } }: Connections): void {
    conntrack?.look(time_seconds * 1e6);
    for (const table of conntrack?.tables.values() ?? []) {
      const { node, entries, limit } = table;
      this.conntrack.push({
        time_seconds,
        node: this.#state.nodeName(node),
        node_nf_conntrack_entries: entries,
        node_nf_conntrack_entries_limit: limit,
        used_ratio: entries / limit,
        packets_dropped: this.#newlyDropped(table),
      });
    }
  }

  #samplePorts(time_seconds: number, { ways: { sourceNat } }: Connections): void {
    if (sourceNat === undefined) return;
    sourceNat.look(time_seconds * 1e6);
    for (const ports of sourceNat) {
      this.snat.push({
        time_seconds,
        node: this.#state.nodeName(ports.node),
        host: hostOfMachine(this.#state.nodeName(ports.to)) ?? '',
        ports: ports.taken,
        ports_limit: sourceNat.limit,
        used_ratio: ports.taken / sourceNat.limit,
        packets_dropped: this.#newlyDropped(ports),
      });
    }
  }

  #newlyDropped(of: ConntrackTable | SnatPorts): number {
    const since = of.dropped - (this.#dropped.get(of) ?? 0);
    this.#dropped.set(of, of.dropped);
    return since;
  }

  /** Waits or handshakes of the intervals from (included) to (excluded). */
  times(which: keyof Times, from: number, to: number): Histogram {
    const all = new Histogram();
    for (const one of this.#times.slice(from, to)) all.merge(one[which]);
    return all;
  }
}

function openByEndpoint({ all }: Connections): ReadonlyMap<string, number> {
  const open = new Map<string, number>();
  for (const { endpoint, isOpen } of all.values()) {
    if (!isOpen) continue;
    const key = endpointName(endpoint.pod, endpoint.epoch);
    open.set(key, (open.get(key) ?? 0) + 1);
  }
  return open;
}
