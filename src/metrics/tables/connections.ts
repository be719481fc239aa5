// The tables of connections: by edge, by endpoint, and what nodes keep of them and lend them.
import { bool, count, END, ratio, seconds, someSeconds, text, type Table } from './column.ts';

export const connections = {
  file: 'connections.csv',
  help: 'Connections of callers that keep them, or pay for them (`spec.connections`), in each interval: a row from each kind of caller to each Service. Without any it is empty.',
  columns: {
    time_seconds: seconds(END),
    caller: text('Image of the pods that call, or name of the source outside.'),
    namespace: text('Namespace of the Service.'),
    service: text('Service that is called.'),
    open: count('Connections open at the end of the interval.'),
    streams: count('Requests on them then.'),
    pending: count('Requests that wait for a connection then.', 'lower'),
    opened: count('Connections opened.'),
    resumed: count('Of these, with a session that was resumed.'),
    closed_by_caller: count(
      'Connections that the caller closed first: idle ones, those at their age, and each one after a request where none is kept.',
    ),
    closed_by_server: count('Connections that the server closed first, or let go.'),
    reset: count('Connections that were reset, or given up as dead.', 'lower'),
    refused: count('Connections that did not open.', 'lower'),
    packets_dropped: count('First packets that were lost: full tables and backlogs, dead machines.', 'lower'),
    without_port: count('Requests for which the caller had no local port left.', 'lower'),
    overflowed: count('Requests that found too many waiting.', 'lower'),
    requests: count('Requests sent on connections.'),
    reused: count('Of these, on a connection that had had one before.'),
    repeated: count('Requests that a server had not begun when it left, sent again on another connection unnoticed.'),
    waited: count('Requests that waited for a connection, until one was open or free.'),
    wait_p50_seconds: someSeconds('Median of their waits.', 'lower'),
    wait_p99_seconds: someSeconds('99th percentile of the same.', 'lower'),
    handshake_p50_seconds: someSeconds(
      'Median time from the first packet until a connection was open, TLS included.',
      'lower',
    ),
    handshake_p99_seconds: someSeconds('99th percentile of the same.', 'lower'),
    ports_most: count(
      'Most local ports that one caller had in use, or waiting, to one destination when it opened a connection.',
      'lower',
    ),
  },
} as const satisfies Table;

export const endpoints = {
  file: 'endpoints.csv',
  help: 'Who gets the requests that go by such connections: a row for each endpoint of each Service called, and each interval.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace of the Service.'),
    service: text('Service that is called.'),
    pod: text('Pod.'),
    ready: bool('1 while it is a ready endpoint of the Service, at the end of the interval.'),
    requests: count('Requests sent to it during the interval.'),
    connections: count('Connections to it that are open at the end.'),
  },
} as const satisfies Table;

export const conntrack = {
  file: 'conntrack.csv',
  help: 'The table of connections of each node that has any (`spec.connections.conntrack`), in each interval.',
  columns: {
    time_seconds: seconds(END),
    node: text('Node.'),
    node_nf_conntrack_entries: count(
      'Entries at the end of the interval, those of ended connections included.',
      'lower',
    ),
    node_nf_conntrack_entries_limit: count('Most entries that it can have.'),
    used_ratio: ratio('Entries over the limit.', 'lower'),
    packets_dropped: count(
      'First packets of connections that were dropped during the interval: the table was full.',
      'lower',
    ),
  },
} as const satisfies Table;

export const snat = {
  file: 'snat.csv',
  help: 'Ports of each node that the connections of its pods to each system outside need (`spec.connections.snat`), in each interval.',
  columns: {
    time_seconds: seconds(END),
    node: text('Node.'),
    host: text('DNS name of the system outside.'),
    ports: count('Ports in use at the end of the interval, or not used again for a while.', 'lower'),
    ports_limit: count('Most ports that the node has to that system.'),
    used_ratio: ratio('Ports over the limit.', 'lower'),
    packets_dropped: count(
      'First packets of connections that were dropped during the interval: no port was left.',
      'lower',
    ),
  },
} as const satisfies Table;
