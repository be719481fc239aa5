// Which metrics of an AnalysisRun are to be measured now, and when the next one will be.
import { timestampUs } from '../../lib/timestamp.ts';
import { durationUs, effectiveCount, type Metric } from '../../model/analysis/metric.ts';
import { isCompleted, lastMeasurement, type Measurement, resultOf, type RunStatus } from './run-objects.ts';

/** How long after a measurement that went wrong it is tried again, whatever the interval. */
const RETRY_US = 10e6;

export interface DueMetric {
  readonly metric: Metric;
  /** A measurement that has begun and goes on. */
  readonly unfinished: Measurement | undefined;
}

/** `terminating`: nothing new is begun. */
export function dueMetrics(
  metrics: readonly Metric[],
  status: RunStatus,
  nowUs: number,
  terminating: boolean,
): readonly DueMetric[] {
  const due: DueMetric[] = [];
  for (const metric of metrics) {
    if (isCompleted(resultOf(status, metric.name)?.phase)) continue;
    const last = lastMeasurement(status, metric.name);
    const unfinished = last?.finishedAt === undefined ? last : undefined;
    if (unfinished !== undefined) due.push({ metric, unfinished });
    else if (!terminating && isDue(metric, last, status, nowUs)) due.push({ metric, unfinished });
  }
  return due;
}

function isDue(metric: Metric, last: Measurement | undefined, status: RunStatus, nowUs: number): boolean {
  if (last?.finishedAt === undefined) {
    const delay = durationUs(metric.initialDelay ?? '') ?? 0;
    if ((metric.initialDelay ?? '') === '') return true;
    return status.startedAt !== undefined && timestampUs(status.startedAt) + delay <= nowUs;
  }
  if (hasEnough(metric, status)) return false;
  const every = last.phase === 'Error' ? RETRY_US : (durationUs(metric.interval ?? '') ?? RETRY_US);
  return nowUs > timestampUs(last.finishedAt) + every;
}

function hasEnough(metric: Metric, status: RunStatus): boolean {
  const count = effectiveCount(metric);
  return count !== undefined && (resultOf(status, metric.name)?.count ?? 0) >= count;
}

/**
 * When the run is to be looked at again, µs; undefined where nothing is to be measured. `finishedUs`: when a measurement of this look
 * ended, which the status has in whole seconds only.
 */
export function nextLookUs(
  metrics: readonly Metric[],
  status: RunStatus,
  finishedUs: ReadonlyMap<string, number>,
): number | undefined {
  let next: number | undefined;
  for (const metric of metrics) {
    const at = nextMeasurementUs(metric, status, finishedUs);
    if (at !== undefined && (next === undefined || at < next)) next = at;
  }
  return next;
}

function nextMeasurementUs(
  metric: Metric,
  status: RunStatus,
  finishedUs: ReadonlyMap<string, number>,
): number | undefined {
  const result = resultOf(status, metric.name);
  if (isCompleted(result?.phase)) return undefined;
  const last = result?.measurements?.at(-1);
  if (last === undefined) {
    const delay = durationUs(metric.initialDelay ?? '');
    return delay === undefined ? undefined : timestampUs(status.startedAt ?? '') + delay;
  }
  if (last.finishedAt === undefined || hasEnough(metric, status)) return undefined;
  const interval = last.phase === 'Error' ? RETRY_US : durationUs(metric.interval ?? '');
  if (interval === undefined) return undefined;
  return (finishedUs.get(metric.name) ?? timestampUs(last.finishedAt)) + interval;
}
