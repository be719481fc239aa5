// Tables of traced requests: calls by who makes them, where their time goes, and how busy each pod is.
import {
  count,
  END,
  number,
  perSecond,
  seconds,
  someNumber,
  someRatio,
  someSeconds,
  text,
  type Table,
} from './column.ts';
import { requestDuration } from './request-duration.ts';

const WRITTEN = 'Written where the input has `spec.tracing`.';

/** Mean latency by phases, of calls that ended well: they add up to it. */
const phases = {
  retries_seconds: someSeconds(
    'Mean time before the attempt that ended the call began: failed attempts and back-off, or the delay of a hedge.',
    'lower',
  ),
  policies_seconds: someSeconds('Mean time for which policies of the caller made that attempt wait.', 'lower'),
  dns_seconds: someSeconds('Mean time of its name lookup.', 'lower'),
  connect_seconds: someSeconds(
    'Mean time until it had a connection (`connections`): waiting for one, opening it, TLS. None where each attempt has one of its own that costs nothing.',
    'lower',
  ),
  network_seconds: someSeconds('Mean time on the way, there and back.', 'lower'),
  mesh_seconds: someSeconds('Mean time at proxies of a service mesh, there and back, their queues included.', 'lower'),
  queue_seconds: someSeconds('Mean time of waiting for a slot in the pod.', 'lower'),
  cpu_wait_seconds: someSeconds(
    'Mean time in which its work could have run and others did: the node’s or pod’s other work, an event loop, a collector of garbage.',
    'lower',
  ),
  throttled_seconds: someSeconds('Mean time for which its work rested under a CPU limit.', 'lower'),
  service_seconds: someSeconds('Mean time of its own work, with what it waits for beside processors.', 'lower'),
  client_seconds: someSeconds(
    'Mean time for which it kept its place only because its client sent or took slowly (`traffic[].bandwidth`).',
    'lower',
  ),
};

export const edges = {
  file: 'edges.csv',
  help: `Calls by who makes them and which Service is called, one row per pair and interval in which one began or ended. ${WRITTEN}`,
  columns: {
    time_seconds: seconds(END),
    caller_kind: text(
      'What calls: `source`, `service`, or `mirror` for copies of requests, of which it is not known where they went.',
    ),
    caller_namespace: text('Namespace of the Service to which the calling request was sent; empty for a source.'),
    caller: text('Name of that Service, or of the source.'),
    namespace: text('Namespace of the Service that is called.'),
    service: text('Its name.'),
    calls: count('Calls that ended during the interval, retries and hedges not counted by themselves.'),
    errors: count('Those of them that failed after their last attempt.', 'lower'),
    attempts: count('Attempts sent during the interval.'),
    amplification: someNumber(
      'Attempts for each call that began: 1 without retries and hedges, less where policies refuse calls.',
      'lower',
    ),
    calls_per_second: perSecond('Calls that began.'),
    error_ratio: someRatio('Failed calls as a share of those that ended.', 'lower'),
    ...requestDuration,
    sampled: count('Traced calls that ended well: the columns after this one are their means.'),
    ...phases,
    downstream_seconds: someSeconds('Mean time of waiting for calls that it makes in turn.', 'lower'),
  },
} as const satisfies Table;

export const breakdown = {
  file: 'breakdown.csv',
  help: `Where the latency goes, means of traced requests, one row per source, per Service and interval; those that failed have rows of their own, in which time that had no answer is where it was when it was given up. A request’s time is divided along its critical path: what it waited for, however deep. A Service’s is that of calls to it, whoever made them. ${WRITTEN}`,
  columns: {
    time_seconds: seconds(END),
    scope: text(
      '`source` or `service`: of those that ended well. `failed-source` or `failed-service`: of those that failed.',
    ),
    namespace: text('Namespace of the Service; empty for a source.'),
    name: text('Name of the source or Service.'),
    sampled: count('Traced requests of the source, or calls to the Service, that ended so during the interval.'),
    latency_seconds: someSeconds('Their mean latency: the sum of the columns after this one.', 'lower'),
    ...phases,
    downstream_seconds: someSeconds(
      'Mean time of waiting for calls that it makes in turn; none for a source, whose requests have it in the other columns.',
      'lower',
    ),
  },
} as const satisfies Table;

export const saturation = {
  file: 'saturation.csv',
  help: `How busy each serving container of each pod is, one row per container and interval in which its process ran; every so many intervals where there are many pods. ${WRITTEN}`,
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace.'),
    kind: text('Kind of the workload.'),
    workload: text('Name of the workload that the pod belongs to, or of the pod that belongs to none.'),
    pod: text('Name of the pod.'),
    container: text('Name of the container.'),
    node: text('Where it runs.'),
    slots: count('Requests that it serves at once, at most.'),
    busy_slots: number('Slots that were taken, mean over the time since the last row.'),
    busy_ratio: someRatio('The same as a share of its slots.', 'lower'),
    waiting: number('Requests in its queue, mean over the same time.', 'lower'),
    waiting_max: count('The most that were.', 'lower'),
    cpu_usage: someNumber('CPUs that the container used, mean over the same time; empty for one that has ended.'),
    requests: count('Requests that it answered, refused ones included.'),
    errors: count('Those of them that failed.', 'lower'),
    requests_per_second: perSecond('Requests that it answered.'),
    held_seconds: someSeconds('Mean time of a request in the pod, by Little’s law.', 'lower'),
  },
} as const satisfies Table;

export const criticalPath = {
  file: 'critical-path.csv',
  help: `What is on the critical path of requests, means of traced requests that ended well in the whole run: a row for each chain of calls from a source on that was on it, of all requests and of the slowest. Rows of one source and set add up to its mean latency. ${WRITTEN}`,
  columns: {
    requests: text(
      '`all`, or `slowest`: the slowest 1 % of the source, and those about as slow as the quickest of them.',
    ),
    source: text('Name of the source.'),
    sampled: count('Traced requests of the source in that set.'),
    depth: count('Calls of the chain before the last one: 0 for the request itself.'),
    path: text(
      'The chain: the source and the Services that were called, each `namespace/name`, with ` > ` between them.',
    ),
    service: text('The last of them, `namespace/name`.'),
    latency_seconds: seconds(
      'Mean time on the critical path at this place, without what is deeper: the sum of the columns after this one.',
      'lower',
    ),
    ...phases,
  },
} as const satisfies Table;
