// Tables of the API server: its priority levels, and the clients that the scenario adds.
import { bool, bytes, count, seconds, someSeconds, text, type Table } from './column.ts';

export const levels = {
  file: 'apiserver.csv',
  help: 'Priority levels of the API servers, each of which has its own, together, at the end of each interval; empty without priority and fairness.',
  columns: {
    time_seconds: seconds('Simulated time at the end of the interval.'),
    level: text('Name of the PriorityLevelConfiguration.'),
    seats: count('Seats that the level has now: its own, less what is lent, and what is borrowed.'),
    seats_in_use: count('Seats that are taken.'),
    seats_in_use_max: count('The most seats that were taken at a time in the interval.'),
    requests_executing: count('Requests that are being served.'),
    requests_waiting: count('Requests in its queues.', 'lower'),
    requests_waiting_max: count('The most requests that were in its queues in the interval.', 'lower'),
    requests: count('Requests that arrived in the interval; one that is sent again after 429 counts again.'),
    requests_rejected: count('Of these and earlier ones, those answered with 429 in the interval.', 'lower'),
    wait_seconds_p50: someSeconds('Time in a queue of the requests dispatched in the interval, median.', 'lower'),
    wait_seconds_p99: someSeconds('The same, 99th percentile.', 'lower'),
  },
} as const satisfies Table;

export const etcd = {
  file: 'etcd.csv',
  help: 'etcd at the end of each interval, where the control plane may die.',
  columns: {
    time_seconds: seconds('Simulated time at the end of the interval.'),
    leader: text('The member that leads; empty for none.'),
    members_running: count('Members whose process runs.', 'higher'),
    quorum: bool('Whether it commits writes: there is a leader that a quorum hears.'),
    database_size_bytes: bytes('Size of the database: it falls only when it is defragmented.', 'lower'),
    database_in_use_bytes: bytes('Of that, pages that hold something: it falls with compactions.', 'lower'),
    alarm_nospace: bool('Whether the database is full and writes are refused.'),
  },
} as const satisfies Table;

export const apiClients = {
  file: 'api_clients.csv',
  help: 'Clients of `spec.apiClients` in each interval.',
  columns: {
    time_seconds: seconds('Simulated time at the end of the interval.'),
    client: text('Its name.'),
    requests_sent: count('Requests sent for the first time in the interval.'),
    requests_succeeded: count('Requests answered with success in the interval.', 'higher'),
    requests_rejected: count('Requests given up after 429.', 'lower'),
    requests_failed: count('Requests refused for another reason.', 'lower'),
    request_seconds_p50: someSeconds('Time from sending a request to its success, retries included, median.', 'lower'),
    request_seconds_p99: someSeconds('The same, 99th percentile.', 'lower'),
  },
} as const satisfies Table;
