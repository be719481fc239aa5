// Figures of proxies in pods: how many requests they routed, what they answered by themselves, and what their reloads cost.
import { sum } from 'd3-array';
import type { Row } from '../../metrics/catalogue.ts';
import { catalogue } from '../../metrics/catalogue.ts';
import type { Column } from '../../metrics/tables/column.ts';
import { aggregated, type Figure } from './figure.ts';

type Counted = Exclude<keyof Row<'gateways'>, 'controller' | 'time_seconds'>;

const common = (pattern: string, title: string, column: Counted): Omit<Figure, 'gauge' | 'measure'> => {
  const { better, help }: Column = catalogue.gateways.columns[column];
  return { pattern, title, unit: 'count', wholeRun: false, better, meaning: help };
};

/** Of all controllers together, over the intervals. */
const total = (pattern: string, title: string, column: Counted): Figure => ({
  ...common(pattern, title, column),
  gauge: false,
  measure: ({ span: { from, to } }, { measure }) => {
    const intervals = measure.gateways.byInterval.slice(from, to);
    return intervals.length === 0 ? undefined : sum(intervals.flat(), (row) => row[column]);
  },
});

const gauge = (pattern: string, title: string, column: Counted): Figure => ({
  ...common(pattern, title, column),
  gauge: true,
  measure: ({ span: { from, to }, aggregate }, { measure }) =>
    aggregated(
      measure.gateways.byInterval.slice(from, to).map((rows) => sum(rows, (row) => row[column])),
      aggregate,
    ),
});

export const gatewayFigures: readonly Figure[] = [
  total('gateway.requests', 'Requests routed by proxies', 'requests'),
  total('gateway.responses.302', 'Requests that proxies redirected', 'responses_302'),
  total('gateway.responses.404', 'Requests without a route', 'responses_404'),
  total('gateway.responses.500', 'Requests with a route to nowhere', 'responses_500'),
  total('gateway.responses.502', 'Requests whose backend refused or broke the connection', 'responses_502'),
  total('gateway.responses.503', 'Requests whose backend had no ready endpoint', 'responses_503'),
  total('gateway.responses.504', 'Requests whose backend did not answer in time', 'responses_504'),
  total('gateway.retries', 'Further attempts of proxies at backends', 'backend_retries'),
  total('gateway.handshakes', 'TLS handshakes of proxies', 'tls_handshakes'),
  total('gateway.reloads', 'Reloads of proxies', 'reloads'),
  total('gateway.cut', 'Requests cut off by a reload', 'connections_cut'),
  gauge('gateway.draining.workers', 'Workers of proxies that drain', 'workers_draining'),
  gauge('gateway.draining.requests', 'Requests at workers that drain', 'requests_draining'),
];
