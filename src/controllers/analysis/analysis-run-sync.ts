// One look at an AnalysisRun, in Argo's order: arguments, rules, the measurements that are due, the assessment, what is kept.
import { timestamp } from '../../lib/timestamp.ts';
import { UnresolvedArgument, withArguments } from '../../model/analysis/arguments.ts';
import { type Metric, type MetricRule, ruledMetrics } from '../../model/analysis/metric.ts';
import { metricsProblem } from '../../model/analysis/metric-rules.ts';
import type { Steps } from '../kit/sync.ts';
import type { AnalysisRunPort } from './analysis-port.ts';
import { assessed } from './assessment.ts';
import { type DueMetric, dueMetrics, nextLookUs } from './due-metrics.ts';
import { measurementOf, withMeasurement } from './measuring.ts';
import {
  isCompleted,
  isTerminating,
  type Measurement,
  type MetricResult,
  resultOf,
  type RunObject,
  type RunStatus,
  withResult,
} from './run-objects.ts';

const KEPT_MEASUREMENTS = 10;

export interface Look {
  readonly status: RunStatus;
  /** When to look again, µs; undefined for never. */
  readonly nextUs: number | undefined;
}

export function* lookAtRun(port: AnalysisRunPort, run: RunObject): Steps<Look> {
  const { status = {} } = run;
  if (isCompleted(status.phase)) return { status, nextUs: undefined };
  const rules = readRules(run);
  if ('problem' in rules) {
    port.ended(undefined, 'Error');
    const completedAt = timestamp(port.nowUs);
    return { status: { ...status, phase: 'Error', message: rules.problem, completedAt }, nextUs: undefined };
  }
  const { metrics, dryRun, kept } = rules;
  const terminating = isTerminating(run, status);
  const finishedUs = new Map<string, number>();
  let next = status;
  for (const due of dueMetrics(metrics, status, port.nowUs, terminating)) {
    const measurement = yield* measure(port, run, due, terminating);
    const { name } = due.metric;
    if (isCompleted(measurement.phase)) finishedUs.set(name, port.nowUs);
    const known: MetricResult = resultOf(next, name) ?? {
      name,
      phase: 'Running',
      ...(dryRun.has(name) ? { dryRun: true } : {}),
      ...metadataOf(due.metric),
    };
    next = withResult(next, withMeasurement(known, measurement, due.unfinished !== undefined));
  }
  next = { ...next, startedAt: next.startedAt ?? timestamp(port.nowUs) };
  // A bad end of one metric ends the others in the next look, which the write of this status brings.
  next = assessed(run, metrics, next, { dryRun, terminating }, (metric, phase) => port.ended(metric, phase));
  if (isCompleted(next.phase)) next = { ...next, completedAt: timestamp(port.nowUs) };
  next = yield* trimmed(port, metrics, next, kept);
  return { status: next, nextUs: nextLookUs(metrics, next, finishedUs) };
}

interface Rules {
  readonly metrics: readonly Metric[];
  readonly dryRun: ReadonlyMap<string, MetricRule>;
  readonly kept: ReadonlyMap<string, MetricRule>;
}

function readRules({ spec }: RunObject): Rules | { readonly problem: string } {
  let metrics: readonly Metric[];
  try {
    metrics = withArguments(spec.metrics ?? [], spec.args ?? []);
  } catch (error) {
    if (!(error instanceof UnresolvedArgument)) throw error;
    return { problem: `Unable to resolve metric arguments: ${error.message}` };
  }
  const invalid = metricsProblem(metrics);
  if (invalid !== undefined) return { problem: `Analysis spec invalid: ${invalid}` };
  const dryRun = ruledMetrics('dryRun', spec.dryRun ?? [], metrics);
  if ('problem' in dryRun) return { problem: `Analysis spec invalid: ${dryRun.problem}` };
  const kept = ruledMetrics('measurementRetention', spec.measurementRetention ?? [], metrics);
  if ('problem' in kept) return { problem: `Analysis spec invalid: ${kept.problem}` };
  return { metrics, dryRun, kept };
}

function* measure(
  port: AnalysisRunPort,
  run: RunObject,
  { metric, unfinished }: DueMetric,
  terminating: boolean,
): Steps<Measurement> {
  if (metric.provider.job === undefined) {
    return measurementOf(metric, port.measure(run, metric), timestamp(port.nowUs));
  }
  if (unfinished === undefined) return yield* port.startJob(run, metric);
  if (!terminating) return port.resumeJob(unfinished);
  const ended = yield* port.terminateJob(unfinished);
  return ended.phase === 'Successful' ? { ...ended, message: 'Metric Terminated' } : ended;
}

function metadataOf({ provider }: Metric): Pick<MetricResult, 'metadata'> {
  const query = provider.prometheus?.query ?? '';
  return query === '' ? {} : { metadata: { ResolvedPrometheusQuery: query } };
}

/** The last measurements of each metric; the Jobs of the others go. */
function* trimmed(
  port: AnalysisRunPort,
  metrics: readonly Metric[],
  status: RunStatus,
  kept: ReadonlyMap<string, MetricRule>,
): Steps<RunStatus> {
  let next = status;
  for (const metric of metrics) {
    const result = resultOf(next, metric.name);
    const limit = kept.get(metric.name)?.limit ?? 0;
    const most = limit > 0 ? limit : KEPT_MEASUREMENTS;
    if (result?.measurements === undefined || result.measurements.length <= most) continue;
    if (metric.provider.job !== undefined) yield* port.forgetJobs(result.measurements.slice(0, -most));
    next = withResult(next, { ...result, measurements: result.measurements.slice(-most) });
  }
  return next;
}
