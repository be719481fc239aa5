// The figures of a run that an expectation may name, over the run or a window of it.
import { max, mean, min, sum } from 'd3-array';
import { InvariantError } from '../lib/assert.ts';
import type { Row } from '../metrics/catalogue.ts';
import type { Histogram } from '../metrics/histogram.ts';
import type { ClusterState } from '../model/state.ts';
import type { Aggregate, Expectation, Figure } from '../scenario/expect.ts';
import type { DeploymentSample, Measure } from './measure.ts';

/** A rollout that took place: its Deployment's object row, and from when to when in µs (-1: not finished). */
export interface RolloutSpan {
  readonly deployment: number;
  readonly startUs: number;
  readonly endUs: number;
}

export interface FigureSources {
  readonly state: ClusterState;
  readonly measure: Measure;
  readonly summary: Row<'summary'>;
  readonly rollouts: readonly RolloutSpan[];
  readonly durationUs: number;
  readonly warmupUs: number;
}

interface Span {
  /** Rows of the series: from (included) and to (excluded). */
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

const QUANTILE: Readonly<Record<string, number>> = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 };

/** The expectation's figure in its unit (µs, a ratio, a count, per second); undefined when there was nothing to measure. */
export function measureFigure(expectation: Expectation, sources: FigureSources): number | undefined {
  const { figure, aggregate } = expectation;
  const span = spanOf(expectation, sources);
  const [topic] = figure.pattern.split('.');
  switch (topic) {
    case 'requests':
      return requests(figure, span, sources);
    case 'service':
      return service(figure, span, sources);
    case 'deployment':
      return deployment(figure, span, aggregate, sources);
    case 'rollout':
      return rollout(figure, sources);
    case 'events':
      return events(figure, expectation, sources);
    default:
      return cluster(figure, span, aggregate, sources);
  }
}

function spanOf({ window }: Expectation, { measure, durationUs, warmupUs }: FigureSources): Span {
  const fromUs = window?.fromUs ?? warmupUs;
  const toUs = Math.min(window?.toUs ?? durationUs, durationUs);
  const { series } = measure;
  const first = series.findIndex((row) => row.time_seconds * 1e6 > fromUs);
  const past = series.findIndex((row) => row.time_seconds * 1e6 > toUs);
  const from = first === -1 ? series.length : first;
  const to = past === -1 ? series.length : past;
  const start = from === 0 ? 0 : series[from - 1].time_seconds;
  const end = to === 0 ? 0 : series[to - 1].time_seconds;
  return { from, to, seconds: Math.max(0, end - start) };
}

function requests({ pattern }: Figure, { from, to, seconds }: Span, { measure }: FigureSources): number | undefined {
  const rows = measure.series.slice(from, to);
  const what = pattern.slice('requests.'.length);
  switch (what) {
    case 'count':
      return sum(rows, (row) => row.requests);
    case 'rate':
      return seconds === 0 ? undefined : sum(rows, (row) => row.requests) / seconds;
    case 'completed':
      return sum(rows, (row) => row.requests_completed);
    case 'failed':
      return sum(rows, (row) => row.requests_failed);
    case 'timeout':
      return sum(rows, (row) => row.requests_timeout);
    case 'refused':
      return sum(rows, (row) => row.requests_refused);
    case 'overload':
      return sum(rows, (row) => row.requests_overload);
    case 'error_ratio':
      return ratio(
        sum(rows, (row) => row.requests_failed),
        sum(rows, (row) => row.requests_completed),
      );
    default:
      return latency(what, measure.durations.merged(from, to));
  }
}

function service(
  { pattern, names }: Figure,
  { from, to, seconds }: Span,
  { measure }: FigureSources,
): number | undefined {
  const key = qualified(names['service']);
  const start = measure.series[from]?.time_seconds ?? Infinity;
  const end = measure.series[to - 1]?.time_seconds ?? -Infinity;
  const rows = measure.services.filter(
    (row) => `${row.namespace}/${row.service}` === key && row.time_seconds >= start && row.time_seconds <= end,
  );
  const what = pattern.slice(pattern.lastIndexOf('.') + 1);
  const count = sum(rows, (row) => row.requests);
  const errors = sum(rows, (row) => row.errors);
  if (what === 'count') return count;
  if (what === 'rate') return seconds === 0 ? undefined : count / seconds;
  if (what === 'error_ratio') return ratio(errors, count - errors);
  const durations = measure.serviceDurations.get(key);
  return durations === undefined ? undefined : latency(what, durations.merged(from, Math.min(to, durations.length)));
}

function deployment(
  { pattern, names }: Figure,
  { from, to }: Span,
  aggregate: Aggregate | undefined,
  { measure }: FigureSources,
): number | undefined {
  const what = pattern.slice(pattern.lastIndexOf('.') + 1) as keyof DeploymentSample;
  const samples = measure.deployments.get(qualified(names['deployment'])) ?? [];
  return reduce(
    samples.slice(from, to).map((sample) => sample[what]),
    aggregate,
  );
}

/** From the change of the template to the end of the last rollout; infinite when that did not end. */
function rollout({ names }: Figure, { state, rollouts }: FigureSources): number | undefined {
  const key = qualified(names['deployment']);
  const last = rollouts.findLast(
    ({ deployment: row }) => `${state.objects.namespace[row]}/${state.objects.name[row]}` === key,
  );
  if (last === undefined) return undefined;
  return last.endUs < 0 ? Infinity : last.endUs - last.startUs;
}

function events({ names }: Figure, { window }: Expectation, { state, durationUs }: FigureSources): number {
  const { events: log } = state;
  const fromUs = window?.fromUs ?? 0;
  const toUs = window?.toUs ?? durationUs;
  let count = 0;
  for (let i = 0; i < log.length; i += 1) {
    if (log.time[i] < fromUs || log.time[i] > toUs) continue;
    if (log.messages.get(log.message[i]).reason === names['reason']) count += 1;
  }
  return count;
}

const GAUGES: Readonly<Record<string, keyof Row<'series'>>> = {
  'pods.running': 'kube_pod_status_phase_running',
  'pods.pending': 'kube_pod_status_phase_pending',
  'pods.ready': 'kube_pod_status_ready',
  'pods.terminating': 'pods_terminating',
  'nodes.ready': 'kube_node_status_ready',
  'cpu.requested_ratio': 'cpu_requested_ratio',
  'memory.requested_ratio': 'memory_requested_ratio',
  'cpu.fragmentation_ratio': 'cpu_fragmentation_ratio',
  'memory.fragmentation_ratio': 'memory_fragmentation_ratio',
  'nodes.used': 'nodes_used',
  'gpu.allocated_ratio': 'gpu_allocated_ratio',
  'gpu.fragmented_ratio': 'gpu_fragmented_ratio',
};

const TOTALS: Readonly<Record<string, readonly [keyof Row<'summary'>, number]>> = {
  'pods.created': ['kube_pod_created_total', 1],
  'pods.scheduled': ['kube_pod_scheduled_total', 1],
  'pods.preempted': ['kube_pod_preempted_total', 1],
  'pods.deleted': ['kube_pod_deleted_total', 1],
  'pods.evicted': ['kube_pod_evicted_total', 1],
  'pods.restarts': ['kube_pod_container_status_restarts_total', 1],
  'pods.startup.p50': ['pod_startup_seconds_p50', 1e6],
  'pods.startup.p99': ['pod_startup_seconds_p99', 1e6],
  'pods.scheduling.p50': ['scheduler_pod_scheduling_sli_duration_seconds_p50', 1e6],
  'pods.scheduling.p99': ['scheduler_pod_scheduling_sli_duration_seconds_p99', 1e6],
  'nodes.cost': ['node_cost', 1],
  'api.conflicts': ['apiserver_conflicts_total', 1],
  'scheduler.attempts': ['scheduler_schedule_attempts_total', 1],
  'scheduler.unschedulable': ['scheduler_schedule_attempts_unschedulable_total', 1],
};

function cluster(
  { pattern }: Figure,
  { from, to }: Span,
  aggregate: Aggregate | undefined,
  { measure, summary }: FigureSources,
): number | undefined {
  const rows = measure.series.slice(from, to);
  const column = GAUGES[pattern];
  if (column !== undefined) {
    return reduce(
      rows.map((row) => row[column]).filter((value) => value !== null),
      aggregate,
    );
  }
  if (pattern === 'api.writes') {
    let before = from === 0 ? 0 : measure.series[from - 1].time_seconds;
    let writes = 0;
    for (const row of rows) {
      writes += row.apiserver_writes_per_second * (row.time_seconds - before);
      before = row.time_seconds;
    }
    return Math.round(writes);
  }
  const total = TOTALS[pattern];
  if (total === undefined) throw new InvariantError(`the figure ${pattern} is declared and not measured`);
  const value = summary[total[0]];
  return value === null ? undefined : Number(value) * total[1];
}

function reduce(values: readonly number[], aggregate: Aggregate | undefined): number | undefined {
  if (aggregate === 'min') return min(values);
  if (aggregate === 'max') return max(values);
  if (aggregate === 'mean') return mean(values);
  return values.at(-1);
}

function ratio(failed: number, completed: number): number | undefined {
  return failed + completed === 0 ? undefined : failed / (failed + completed);
}

function latency(what: string, histogram: Histogram): number | undefined {
  if (histogram.count === 0) return undefined;
  return what === 'mean' ? histogram.mean : histogram.quantile(QUANTILE[what]);
}

/** `namespace/name`; a plain name is one in the namespace default. */
function qualified(name: string): string {
  return name.includes('/') ? name : `default/${name}`;
}
