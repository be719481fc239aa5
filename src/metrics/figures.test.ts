// Figures over the run and over windows, with the arithmetic beside them.
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import type { Row } from './catalogue.ts';
import { figure, figureNames } from './figures.ts';
import { Histogram } from './histogram.ts';
import { HistogramSeries } from './histogram-series.ts';

const zeros = (columns: object) => Object.fromEntries(Object.keys(columns).map((name) => [name, 0]));
const summary = {
  ...zeros(catalogue.summary.columns),
  scenario: 's',
  job: 'seed-1',
  seed: '1',
  requests_total: 1000,
  requests_error_ratio: 0.01,
  pod_startup_seconds_p99: null,
} as Row<'summary'>;

// Intervals end at 10, 20, 30, 40 s; the third fails a tenth of its requests, the fourth has none.
const series = [100, 200, 300, 0].map(
  (requests, at): Row<'series'> =>
    Object.assign(zeros(catalogue.series.columns) as Row<'series'>, {
      time_seconds: (at + 1) * 10,
      requests,
      requests_failed: at === 2 ? 30 : 0,
      requests_completed: at === 2 ? 270 : requests,
      requests_error_ratio: requests === 0 ? null : at === 2 ? 0.1 : 0,
      kube_pod_status_ready: [3, 4, 1, 4][at],
    }),
);
const durations = new HistogramSeries();
for (const [at, { requests_completed: completed }] of series.entries()) {
  const histogram = new Histogram();
  for (let n = 0; n < completed; n++) histogram.record((at + 1) * 100);
  durations.push(histogram);
}
const source = { summary, series, durations };

describe('figure', () => {
  it.each([
    ['requests_total', undefined, 1000], // summary
    ['requests.error_ratio', undefined, 0.01], // dots are underscores
    ['pod_startup_seconds_p99', undefined, undefined], // nothing measured
    ['requests_total', [0, 20], 300], // 100 + 200
    ['requests', [10, 30], 500], // 200 + 300
    ['requests_failed', undefined, 30], // not in the windowed form only
    ['requests_error_ratio', [0, 30], 30 / 600],
    ['requests_error_ratio', [10, 30], 30 / 500],
    ['requests_error_ratio', [30, 40], undefined], // no requests
    ['requests_error_ratio.max', undefined, 0.1],
    ['request_duration_seconds_p50', [0, 20], 0.0002], // 200 of 300 took 200 µs
    ['request_duration_seconds.p99', [0, 10], 0.0001],
    ['request_duration_seconds.mean', [0, 20], 0.05 / 300], // 100 × 100 µs + 200 × 200 µs
    ['kube_pod_status_ready', undefined, 3], // (3 + 4 + 1 + 4) / 4
    ['kube_pod_status_ready.min', undefined, 1],
    ['kube_pod_status_ready.min', [0, 20], 3],
    ['kube_pod_status_ready.last', [0, 30], 1],
    ['requests_total', [50, 60], undefined], // after the end
  ] as const)('%s during %j is %s', (name, window, expected) => {
    const range = window === undefined ? undefined : { fromSeconds: window[0], toSeconds: window[1] };
    const actual = figure(source, name, range);
    if (expected === undefined) expect(actual).toBeUndefined();
    else expect(actual).toBeCloseTo(expected, 6);
  });

  it('answers a wrong name with the nearest', () => {
    expect(() => figure(source, 'requests.eror_ratio')).toThrow(
      'unknown figure "requests.eror_ratio" (did you mean "requests_error_ratio"?)',
    );
    expect(() => figure(source, 'events_total', { fromSeconds: 0, toSeconds: 1 })).toThrow('of the whole run');
    expect(figureNames).not.toContain('scenario');
  });
});
