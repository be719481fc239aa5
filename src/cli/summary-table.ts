// The figures that a person wants to see first.
import type { Row } from '../metrics/catalogue.ts';
import type { JobResult } from '../sweep/job-results.ts';
import { showDuration } from '../world/expectations.ts';
import { table } from './table.ts';

type Summary = Row<'summary'>;
type ShownFigure = readonly [title: string, of: (row: Summary) => number | null, show: (value: number) => string];

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (value: number): string => `${Number((value * 100).toPrecision(3))} %`;
const time = (seconds: number): string => showDuration(seconds * 1e6);
const JOULES_PER_KWH = 3.6e6;
const amount = (value: number): string => Number(value.toPrecision(4)).toLocaleString('en-US');
const perSecond = (value: number): string => `${Number(value.toPrecision(4)).toLocaleString('en-US')}/s`;

const FIGURES: readonly ShownFigure[] = [
  ['requests', (row) => nonZero(row.requests_total), count],
  ['  rate', (row) => nonZero(row.requests_per_second), perSecond],
  ['  failed', (row) => row.requests_error_ratio, percent],
  ['  lost to faults', (row) => row.requests_lost, count],
  ['  error budget burnt', (row) => nonZero(row.error_budget_burnt_ratio ?? 0), percent],
  ['  median', (row) => row.request_duration_seconds_p50, time],
  ['  p99', (row) => row.request_duration_seconds_p99, time],
  ['  p99.9', (row) => row.request_duration_seconds_p999, time],
  ['calls to Services', (row) => (row.calls_total > row.requests_total ? row.calls_total : null), count],
  ['pods created', (row) => row.kube_pod_created_total, count],
  ['  evicted', (row) => nonZero(row.kube_pod_evicted_total), count],
  ['  restarts', (row) => nonZero(row.kube_pod_container_status_restarts_total), count],
  ['  running at the end', (row) => row.kube_pod_status_phase_running, count],
  ['  pending at the end', (row) => nonZero(row.kube_pod_status_phase_pending), count],
  ['  created to bound, p99', (row) => row.scheduler_pod_scheduling_sli_duration_seconds_p99, time],
  ['  created to ready, median', (row) => row.pod_startup_seconds_p50, time],
  ['  created to ready, p99', (row) => row.pod_startup_seconds_p99, time],
  ['objectives hold again, worst fault', (row) => nonZero(row.recovery_duration_seconds ?? 0), time],
  ['nodes ready at the end', (row) => row.kube_node_status_ready, count],
  ['cpu requested', (row) => row.cpu_requested_ratio, percent],
  ['memory requested', (row) => row.memory_requested_ratio, percent],
  ['cost', (row) => row.total_cost, amount],
  ['  of bytes between zones', (row) => row.egress_cost, amount],
  ['energy', (row) => row.energy_joules, (joules) => `${amount(joules / JOULES_PER_KWH)} kWh`],
  ['carbon dioxide', (row) => row.carbon_grams, (grams) => `${amount(grams)} g`],
  ['writes to the API server', (row) => row.apiserver_writes_total, count],
  ['simulation events', (row) => row.events_total, count],
];

/** Those by which cells are distinguished where nothing is expected of them. */
const USUAL: readonly ShownFigure[] = [
  ['requests failed', (row) => row.requests_error_ratio, percent],
  ['request p99', (row) => row.request_duration_seconds_p99, time],
  ['pods running', (row) => row.kube_pod_status_phase_running, count],
  ['pods pending', (row) => row.kube_pod_status_phase_pending, count],
  ['created to ready, median', (row) => row.pod_startup_seconds_p50, time],
  ['nodes ready', (row) => row.kube_node_status_ready, count],
];

function nonZero(value: number): number | null {
  return value === 0 ? null : value;
}

interface MeasuredFigure {
  readonly title: string;
  readonly show: (value: number) => string;
  /** One of each run that has the figure. */
  readonly values: readonly number[];
}

/** A run. Its summary may be made each time that it is asked for: of very many runs it is asked for once, and not kept. */
type Run = Pick<JobResult, 'summary'>;

/** The figures that were measured in any of the runs. */
export function measuredFigures(runs: readonly Run[]): MeasuredFigure[] {
  const figures = FIGURES.map(([title, of, show]) => ({ title, of, show, values: new Array<number>() }));
  for (const { summary } of runs) {
    for (const { of, values } of figures) {
      const value = of(summary);
      if (value !== null) values.push(value);
    }
  }
  return figures.filter(({ values }) => values.length > 0);
}

/** The usual figures of cells that were measured in any of the runs. */
export function usualFigures(runs: readonly Run[]): readonly ShownFigure[] {
  return USUAL.filter(([, of]) => runs.some(({ summary }) => of(summary) !== null));
}

/** One line per figure. */
export function summaryTable(row: Summary): string {
  const lines = measuredFigures([{ summary: row }]).map(({ title, show, values }) => [title, show(values[0])]);
  return table(['', ''], lines, [1]);
}
