// The table of proxies in pods by interval.
import { count, END, seconds, type Table, text } from './column.ts';

const answer = (status: number, why: string) =>
  count(`Requests that the proxies answered with ${status} during the interval: ${why}.`, 'lower');

export const gateways = {
  file: 'gateways.csv',
  help: 'Proxies in pods that route requests (`behaviors[].gateway`), one row per interval and controller; without them there are none.',
  columns: {
    time_seconds: seconds(END),
    controller: text('Name of the controller, as IngressClasses and GatewayClasses have it.'),
    requests: count('Requests that came to a worker and were routed during the interval.'),
    responses_302: count(
      'Requests that the proxies answered with a redirection (302 or another one) during the interval, as a filter of the route says.',
    ),
    responses_404: answer(404, 'no route matches'),
    responses_500: answer(500, 'the route leads to no Service, or to none that it may refer to'),
    responses_502: answer(502, 'the backend refused the connection or broke it, in all attempts'),
    responses_503: answer(503, 'no endpoint of the backend was known to be ready'),
    responses_504: answer(504, 'the backend did not answer in time, in all attempts'),
    backend_retries: count('Attempts at backends after the first ones.', 'lower'),
    tls_handshakes: count('Connections of clients for which a worker did a TLS handshake.', 'lower'),
    reloads: count('Times that new workers took the place of old ones, in all pods.', 'lower'),
    connections_cut: count(
      'Requests whose connection was closed because the time of their old worker was over.',
      'lower',
    ),
    workers_draining: count('Old workers that still had requests at the end of the interval.', 'lower'),
    requests_draining: count('Requests that these had.', 'lower'),
  },
} as const satisfies Table;
