// What measurements come to: the phase of a metric by its limits, and that of the run by its metrics.
import { countOf, effectiveCount, type Metric } from '../../model/analysis/metric.ts';
import type { AnalysisPhase } from '../rollout/rollout-objects.ts';
import {
  isCompleted,
  type MetricResult,
  resultOf,
  type RunObject,
  type RunStatus,
  type RunSummary,
  withResult,
} from './run-objects.ts';

const CONSECUTIVE_ERROR_LIMIT = 4;

/** From best to worst. */
const ORDER: readonly AnalysisPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];

interface Assessed {
  readonly phase: AnalysisPhase;
  readonly message: string;
}

/** A limit that is passed; of several the last one counts, as in Argo. */
function exceededLimit(metric: Metric, result: MetricResult): Assessed | undefined {
  const { failed = 0, inconclusive = 0, consecutiveError = 0 } = result;
  const failureLimit = countOf(metric.failureLimit, 0);
  const inconclusiveLimit = countOf(metric.inconclusiveLimit, 0);
  const errorLimit = countOf(metric.consecutiveErrorLimit, CONSECUTIVE_ERROR_LIMIT);
  if (consecutiveError > errorLimit) {
    const message = `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${errorLimit})`;
    return { phase: 'Error', message };
  }
  if (inconclusive > inconclusiveLimit) {
    const message = `inconclusive (${inconclusive}) > inconclusiveLimit (${inconclusiveLimit})`;
    return { phase: 'Inconclusive', message };
  }
  // -1 is no limit.
  if (failureLimit >= 0 && failed > failureLimit) {
    return { phase: 'Failed', message: `failed (${failed}) > failureLimit (${failureLimit})` };
  }
  return undefined;
}

function metricPhase(metric: Metric, result: MetricResult, terminating: boolean): AnalysisPhase {
  if (isCompleted(result.phase)) return result.phase;
  const last = result.measurements?.at(-1);
  if (last === undefined) return terminating ? 'Successful' : 'Pending';
  if (!isCompleted(last.phase)) return 'Running';
  const exceeded = exceededLimit(metric, result);
  if (exceeded !== undefined) return exceeded.phase;
  const successes = countOf(metric.consecutiveSuccessLimit, 0);
  if (successes > 0 && (result.consecutiveSuccess ?? 0) >= successes) return 'Successful';
  const count = effectiveCount(metric);
  // Failures below their limit do not count; successes that did not come in a row leave it open.
  if (count !== undefined && (result.count ?? 0) >= count) return successes > 0 ? 'Inconclusive' : 'Successful';
  return terminating ? 'Successful' : 'Running';
}

/** How a metric or a run ended, for whoever tells it. */
export type Ended = (metric: string | undefined, phase: AnalysisPhase) => void;

export interface Circumstances {
  /** Metrics that are only tried out. */
  readonly dryRun: { has(metric: string): boolean };
  readonly terminating: boolean;
}

/** The status with the phases of all metrics and of the run. `status` has the measurements of this look. */
export function assessed(
  run: RunObject,
  metrics: readonly Metric[],
  status: RunStatus,
  { dryRun, terminating }: Circumstances,
  ended: Ended,
): RunStatus {
  const worst = new Worst(run.spec.terminate === true ? 'Run Terminated' : '');
  const counted = new Summary();
  const tried = new Summary();
  let next = status;
  let all = true;
  for (const metric of metrics) {
    const before = resultOf(next, metric.name);
    const summary = dryRun.has(metric.name) ? tried : counted;
    summary.count += 1;
    if (before === undefined) {
      all = false;
      continue;
    }
    const phase = metricPhase(metric, before, terminating);
    let result = before;
    if (phase !== before.phase) {
      if (isCompleted(phase)) ended(metric.name, phase);
      result = { ...before, phase, message: before.measurements?.at(-1)?.message };
    }
    if (!isCompleted(phase)) all = false;
    else {
      const why = exceededLimit(metric, result);
      summary.add(why?.phase ?? phase);
      if (summary === counted) worst.take(metric.name, phase, why, result.message);
      else {
        worst.orSuccessful();
        if (why !== undefined) result = { ...result, message: `Metric assessed ${phase} due to ${why.message}` };
      }
    }
    next = withResult(next, result);
  }
  const summaries = { runSummary: counted.summary, dryRunSummary: tried.summary };
  const open = !terminating && (!all || worst.phase === '');
  const phase = open ? 'Running' : worst.phase === '' ? 'Successful' : worst.phase;
  if (phase === run.status?.phase) return { ...next, ...summaries };
  if (isCompleted(phase)) ended(undefined, phase);
  const message = open ? '' : worst.message;
  return { ...next, ...summaries, phase, ...(message === '' ? {} : { message }) };
}

class Worst {
  phase: AnalysisPhase = '';
  message: string;

  constructor(message: string) {
    this.message = message;
  }

  take(metric: string, phase: AnalysisPhase, why: Assessed | undefined, detail: string | undefined): void {
    if (this.phase !== '' && ORDER.indexOf(phase) <= ORDER.indexOf(this.phase)) return;
    this.phase = phase;
    if (why === undefined) return;
    const suffix = detail === undefined || detail === '' ? '' : `: "Error Message: ${detail}"`;
    this.message = `Metric "${metric}" assessed ${phase} due to ${why.message}${suffix}`;
  }

  orSuccessful(): void {
    if (this.phase === '') this.phase = 'Successful';
  }
}

/** Metrics that have ended, by how. */
class Summary {
  count = 0;
  readonly #ended: Partial<Record<'successful' | 'failed' | 'inconclusive' | 'error', number>> = {};

  add(phase: AnalysisPhase): void {
    const key = phase.toLowerCase() as 'successful' | 'failed' | 'inconclusive' | 'error';
    this.#ended[key] = (this.#ended[key] ?? 0) + 1;
  }

  get summary(): RunSummary {
    return this.count === 0 ? {} : { count: this.count, ...this.#ended };
  }
}
