// Queries: which forms are understood, and what is said of those that are not.
import { describe, expect, it } from 'vitest';
import { parseQuery } from './promql.ts';
import { compileQuery } from './promql-plan.ts';

const compiled = (text: string) => compileQuery(parseQuery(text));

describe('a query', () => {
  it.each([
    'sum(rate(http_requests_total{service="web",status!~"5.*"}[5m])) / sum(rate(http_requests_total{service="web"}[5m]))',
    `sum(irate(
      istio_requests_total{reporter="source",destination_service=~"web.default.svc.cluster.local",response_code!~"5.*"}[5m]
    )) / sum(irate(istio_requests_total{reporter="source",destination_service=~"web.*"}[5m]))`,
    'histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket{app="web"}[1m30s])) by (le))',
    'histogram_quantile(0.95, sum by (le) (rate(response_latency_ms_bucket{direction="inbound"}[5m])))',
    'sum(rate(nginx_ingress_controller_requests{exported_service="web",status=~"[4-5].*"}[2m])) or vector(0)',
    'sum by (service) (increase(http_requests_total{service="web"}[1h]))',
    'sum(rate(response_total{classification="success",deployment="web"}[1m])) * 100',
    'sum(rate(http_request_duration_seconds_sum[5m])) / sum(rate(http_request_duration_seconds_count[5m]))',
    'sum(rate(http_request_duration_seconds_bucket{le="0.3"}[5m])) / sum(rate(http_request_duration_seconds_count[5m]))',
    'avg(rate(container_cpu_usage_seconds_total{pod=~"web-.*",container!=""}[2m]))',
    'max(container_memory_working_set_bytes{namespace="default"}) / 1024 / 1024',
    'sum(increase(kube_pod_container_status_restarts_total{pod=~"web-.*"}[10m]))',
    'scalar(sum(rate(http_requests_total[5m]))) > 2',
    '-1 + 2 ^ 3 # a comment',
  ])('%s is understood', (text) => {
    expect(() => compiled(text)).not.toThrow();
  });

  it('is a number where every part is', () => {
    expect(compiled('1 + scalar(sum(rate(http_requests_total[5m])))').isScalar).toBe(true);
    expect(compiled('sum(rate(http_requests_total[5m])) > 0').isScalar).toBe(false);
    expect(compiled('vector(1)').isScalar).toBe(false);
  });

  it('says over which windows it asks for requests', () => {
    const query = compiled('sum(rate(http_requests_total[1m])) / sum(rate(http_requests_total[1h30m]))');
    expect(query).toMatchObject({ windowsUs: [60e6, 5400e6], usesPods: false });
  });

  it.each([
    ['http_requests_total', 'has a value for each pod: put sum() around it'],
    ['rate(http_requests_total[5m])', 'rate() has a value for each pod: put sum() around it'],
    ['sum(http_requests_total)', 'take rate() or increase() of a range'],
    ['sum(http_requests_total[5m])', 'needs rate() or increase() around it'],
    ['sum(rate(http_request_total[5m]))', 'is not simulated (did you mean "http_requests_total"?)'],
    ['sum(rate(my_orders_total[5m]))', 'the metric "my_orders_total" is not simulated'],
    ['sum(rate(http_requests_total{method="GET"}[5m]))', 'requests have no label "method" here: take the matcher out'],
    ['sum by (pod) (rate(http_requests_total[5m]))', '"by (pod)" gives several values'],
    ['sum without (pod) (rate(http_requests_total[5m]))', '"without" is not simulated'],
    ['avg(rate(http_requests_total[5m]))', 'avg() of requests is not simulated: take sum()'],
    ['histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))', 'is simulated of sum(rate('],
    ['sum(rate(http_request_duration_seconds_bucket[5m]))', 'needs a bucket such as le="0.3"'],
    ['sum(rate(http_requests_total[5m])) unless vector(1)', '"unless" is not simulated'],
    ['sum(rate(http_requests_total[5m] offset 1h))', '"offset" is not simulated'],
    ['max_over_time(vector(1)[5m:1m])', 'expected'],
    ['predict_linear(1, 2)', 'predict_linear() is not simulated: use sum, avg'],
    ['sum(rate(http_requests_total{status=~"5("}[5m]))', '"5(" is no regular expression'],
    ['sum(rate(http_requests_total{status="500"[5m]))', 'expected ",", got "[" at character 42'],
    ['sum(rate(http_requests_total[5]))', 'expected a duration such as 5m, got "5" at character 30'],
    ['sum(container_cpu_usage_seconds_total)', 'needs rate() around it'],
    ['', 'expected a number, a metric or a function, got the end'],
  ])('%s is refused', (text, message) => {
    expect(() => compiled(text)).toThrow(message);
  });
});
