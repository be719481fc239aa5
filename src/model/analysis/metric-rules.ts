// What a metric must be, in the words with which Argo's controller refuses it.
import { countOf, durationUs, type Metric } from './metric.ts';

/** Those that are simulated; the others are known, and refused with words. */
export const PROVIDERS = ['wavetank', 'prometheus', 'job'] as const;

export function metricsProblem(metrics: readonly Metric[]): string | undefined {
  if (metrics.length === 0) return 'no metrics specified';
  const names = new Set<string>();
  for (const [i, metric] of metrics.entries()) {
    if (names.has(metric.name)) return `metrics[${i}]: duplicate name '${metric.name}'`;
    names.add(metric.name);
    const problem = metricProblem(metric);
    if (problem !== undefined) return `metrics[${i}]: ${problem}`;
  }
  return undefined;
}

export function metricProblem(metric: Metric): string | undefined {
  const count = countOf(metric.count, 0);
  const failureLimit = countOf(metric.failureLimit, 0);
  const inconclusiveLimit = countOf(metric.inconclusiveLimit, 0);
  const successLimit = countOf(metric.consecutiveSuccessLimit, 0);
  if (count > 0) {
    if (count < failureLimit) return 'count must be >= failureLimit';
    if (count < inconclusiveLimit) return 'count must be >= inconclusiveLimit';
  }
  if (count > 1 && (metric.interval ?? '') === '') return 'interval must be specified when count > 1';
  const durations = { interval: metric.interval, startDelay: metric.initialDelay };
  for (const [what, text = ''] of Object.entries(durations)) {
    if (text !== '' && durationUs(text) === undefined) {
      return `invalid ${what} string: time: invalid duration ${JSON.stringify(text)}`;
    }
  }
  if (failureLimit < -1) return 'failureLimit must be >= 0, or -1 for no limit';
  if (inconclusiveLimit < 0) return 'inconclusiveLimit must be >= 0';
  if (countOf(metric.consecutiveErrorLimit, 0) < 0) return 'consecutiveErrorLimit must be >= 0';
  if (successLimit < 0) return 'consecutiveSuccessLimit must be >= 0';
  if (failureLimit === -1 && successLimit === 0) {
    return 'without a failureLimit (-1) there must be a consecutiveSuccessLimit';
  }
  const given = PROVIDERS.filter((name) => metric.provider[name] !== undefined).length;
  if (given === 0) return 'no provider specified';
  return given > 1 ? 'multiple providers specified' : undefined;
}
