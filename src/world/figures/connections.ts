// Figures of connections: how many are opened and lost, what waiting for them takes, who gets the requests, and how full nodes' tables are.
import { max, rollups, sum } from 'd3-array';
import type { Better } from '../../metrics/tables/column.ts';
import type { Row } from '../../metrics/catalogue.ts';
import type { ConnectionCount, ConnectionHistory } from '../connection-history.ts';
import { aggregated, type Figure, type FigureSources, qualified, type Question, rowsWithin } from './figure.ts';

/** Rows of the window; undefined where connections are not kept. */
function inWindow<R extends { readonly time_seconds: number }>(
  rows: readonly R[],
  { span }: Question,
  { measure }: FigureSources,
): readonly R[] | undefined {
  return measure.connections.isKept ? rowsWithin(rows, span, measure) : undefined;
}

const counted = (name: string, column: ConnectionCount, title: string, better: Better, meaning: string): Figure => ({
  pattern: `connections.${name}`,
  title,
  unit: 'count',
  better,
  meaning,
  gauge: false,
  wholeRun: false,
  measure(question, sources) {
    const rows = inWindow(sources.measure.connections.rows, question, sources);
    return rows === undefined ? undefined : sum(rows, (row) => row[column]);
  },
});

const level = (column: 'open' | 'streams' | 'pending', title: string, better: Better, meaning: string): Figure => ({
  pattern: `connections.${column}`,
  title,
  unit: 'count',
  better,
  meaning,
  gauge: true,
  wholeRun: false,
  measure(question, sources) {
    const rows = inWindow(sources.measure.connections.rows, question, sources) ?? [];
    return aggregated(
      atEnds(rows, (some) => sum(some, (row) => row[column])),
      question.aggregate,
    );
  },
});

/** A value for each end of an interval. */
function atEnds<R extends { readonly time_seconds: number }>(
  rows: readonly R[],
  of: (rows: readonly R[]) => number,
): number[] {
  return rollups(
    rows,
    (some) => of(some),
    (row) => row.time_seconds,
  ).map(([, value]) => value);
}

const time = (
  which: 'waits' | 'handshakes',
  name: string,
  quantile: number,
  title: string,
  meaning: string,
): Figure => ({
  pattern: `connections.${name}`,
  title,
  unit: 'us',
  better: 'lower',
  meaning,
  gauge: false,
  wholeRun: false,
  measure({ span: { from, to } }, { measure }) {
    const times = measure.connections.times(which, from, to);
    return times.count === 0 ? undefined : times.quantile(quantile);
  },
});

/** Requests of the window by pod, of the Service's endpoints that are ready at its end, and of the others that had any. */
function byPod(question: Question, sources: FigureSources) {
  const [namespace, name] = qualified(question.names['service']).split('/');
  const rows = (inWindow(sources.measure.connections.endpoints, question, sources) ?? []).filter(
    (row) => row.namespace === namespace && row.service === name,
  );
  const end = max(rows, (row) => row.time_seconds);
  const ready = new Set(rows.filter((row) => row.time_seconds === end && row.ready === 1).map(({ pod }) => pod));
  const requests = new Map<string, number>([...ready].map((pod) => [pod, 0]));
  for (const { pod, requests: some } of rows) if (requests.has(pod)) requests.set(pod, requests.get(pod)! + some);
  return [...requests.values()];
}

const ofService = (
  name: string,
  title: string,
  meaning: string,
  of: (requests: number[]) => number | undefined,
  unit: Figure['unit'],
): Figure => ({
  pattern: `service.<service>.${name}`,
  title,
  unit,
  better: 'lower',
  meaning,
  gauge: false,
  wholeRun: false,
  measure(question, sources) {
    const requests = byPod(question, sources);
    return requests.length === 0 ? undefined : of(requests);
  },
});

/** Of the node where it is largest: of its table of connections, or of its ports to a system outside. */
const ofNodes = <Name extends 'conntrack' | 'snat'>(
  table: Name,
  name: string,
  title: string,
  unit: Figure['unit'],
  meaning: string,
  of: (row: ConnectionHistory[Name][number]) => number,
): Figure => ({
  pattern: `${table}.${name}`,
  title,
  unit,
  better: 'lower',
  meaning,
  gauge: true,
  wholeRun: false,
  measure(question, sources) {
    const rows: readonly ConnectionHistory[Name][number][] = sources.measure.connections[table];
    const most = atEnds(inWindow(rows, question, sources) ?? [], (some) => max(some, of) ?? 0);
    return aggregated(most, question.aggregate);
  },
});

const droppedBy = (table: 'conntrack' | 'snat', title: string, meaning: string): Figure => ({
  pattern: `${table}.dropped`,
  title,
  unit: 'count',
  better: 'lower',
  meaning,
  gauge: false,
  wholeRun: false,
  measure(question, sources) {
    const all: readonly Row<'conntrack' | 'snat'>[] = sources.measure.connections[table];
    const rows = inWindow(all, question, sources);
    return rows === undefined ? undefined : sum(rows, (row) => row.packets_dropped);
  },
});

export const connectionFigures: readonly Figure[] = [
  counted(
    'opened',
    'opened',
    'Connections opened',
    'lower',
    'Connections opened, by all callers that keep or pay for them.',
  ),
  counted(
    'closed_by_caller',
    'closed_by_caller',
    'Connections closed by callers',
    'neither',
    'Connections that the caller closed first.',
  ),
  counted(
    'closed_by_server',
    'closed_by_server',
    'Connections closed by servers',
    'neither',
    'Connections that the server closed first, or let go.',
  ),
  counted('reset', 'reset', 'Connections reset', 'lower', 'Connections that were reset, or given up as dead.'),
  counted('refused', 'refused', 'Connections refused', 'lower', 'Connections that did not open.'),
  counted(
    'packets_dropped',
    'packets_dropped',
    'First packets dropped',
    'lower',
    'First packets of connections that were lost.',
  ),
  counted(
    'without_port',
    'without_port',
    'Requests without a local port',
    'lower',
    'Requests for which the caller had no local port left.',
  ),
  counted(
    'overflowed',
    'overflowed',
    'Requests beyond the pending limit',
    'lower',
    'Requests that found too many waiting for a connection.',
  ),
  counted(
    'repeated',
    'repeated',
    'Requests sent again unnoticed',
    'neither',
    'Requests that a server had not begun when it left, sent again on another connection.',
  ),
  counted(
    'requests',
    'requests',
    'Requests on connections',
    'neither',
    'Requests sent on connections that are kept or paid for.',
  ),
  counted(
    'waited',
    'waited',
    'Requests that waited for a connection',
    'lower',
    'Requests that waited for a connection, until one was open or free.',
  ),
  {
    pattern: 'connections.reused_ratio',
    title: 'Requests on reused connections',
    unit: 'ratio',
    better: 'higher',
    meaning: 'Requests that went by a connection which had had one before, as a share of all on connections.',
    gauge: false,
    wholeRun: false,
    measure(question, sources) {
      const rows = inWindow(sources.measure.connections.rows, question, sources) ?? [];
      const requests = sum(rows, (row) => row.requests);
      return requests === 0 ? undefined : sum(rows, (row) => row.reused) / requests;
    },
  },
  {
    pattern: 'connections.ports_most',
    title: 'Most local ports of a caller',
    unit: 'count',
    better: 'lower',
    meaning:
      'Most local ports that one caller had in use, or waiting (TIME_WAIT), to one destination when it opened a connection.',
    gauge: false,
    wholeRun: false,
    measure(question, sources) {
      return max(inWindow(sources.measure.connections.rows, question, sources) ?? [], (row) => row.ports_most);
    },
  },
  level('open', 'Connections open', 'neither', 'Connections that are open.'),
  level('streams', 'Requests on connections now', 'neither', 'Requests on connections.'),
  level('pending', 'Requests waiting for connections', 'lower', 'Requests that wait for a connection.'),
  time(
    'waits',
    'wait.p50',
    0.5,
    'Waits for connections, median',
    'Waits of requests for a connection, median of those that waited.',
  ),
  time(
    'waits',
    'wait.p99',
    0.99,
    'Waits for connections, p99',
    'Waits of requests for a connection, 99th percentile of those that waited.',
  ),
  time(
    'handshakes',
    'handshake.p50',
    0.5,
    'Opening connections, median',
    'Time from the first packet until a connection was open, TLS included, median.',
  ),
  time('handshakes', 'handshake.p99', 0.99, 'Opening connections, p99', 'The same, 99th percentile.'),
  ofService(
    'skew',
    'Skew of requests to <service>',
    'Requests to the endpoint that got most, over the mean of all endpoints that are ready at the end of the window; by connections that are kept or paid for. 1 is even.',
    (requests) => (sum(requests) === 0 ? undefined : (max(requests)! * requests.length) / sum(requests)),
    'ratio',
  ),
  ofService(
    'idle_endpoints',
    'Endpoints of <service> without requests',
    'Endpoints ready at the end of the window that got no request in it.',
    (requests) => requests.filter((one) => one === 0).length,
    'count',
  ),
  ofNodes(
    'conntrack',
    'entries',
    'Entries of the fullest connection table',
    'count',
    'Entries of the table of connections of the node that has most.',
    (row) => row.node_nf_conntrack_entries,
  ),
  ofNodes(
    'conntrack',
    'used_ratio',
    'Use of the fullest connection table',
    'ratio',
    'Entries over the limit, of the node where that is largest.',
    (row) => row.used_ratio,
  ),
  droppedBy(
    'conntrack',
    'Packets dropped by full connection tables',
    'First packets of connections that nodes dropped, as their table was full.',
  ),
  ofNodes(
    'snat',
    'ports',
    'Ports of source NAT in use',
    'count',
    'Ports of a node that its connections to a system outside use, or have used a while ago: of the node and the system with most.',
    (row) => row.ports,
  ),
  ofNodes(
    'snat',
    'used_ratio',
    'Use of the ports of source NAT',
    'ratio',
    'The same over the ports that a node has to a system.',
    (row) => row.used_ratio,
  ),
  droppedBy(
    'snat',
    'Packets dropped without a port',
    'First packets of connections to systems outside that were dropped, as their node had no port left.',
  ),
];
