// One measurement: what its value says by the conditions of the metric, and what it adds to the metric's result.
import { parseCondition } from '../../model/analysis/condition.ts';
import { holds, type Result } from '../../model/analysis/condition-value.ts';
import type { Metric } from '../../model/analysis/metric.ts';
import { ExpressionProblem } from '../../model/analysis/tokens.ts';
import type { AnalysisPhase } from '../rollout/rollout-objects.ts';
import { isCompleted, type Measurement, type MetricResult } from './run-objects.ts';

/** A value that was measured, or why none could be. */
export type Measured = { readonly result: Result } | { readonly error: string };

/** The measurement of a value, taken in an instant. */
export function measurementOf(metric: Metric, measured: Measured, at: string): Measurement {
  const times = { startedAt: at, finishedAt: at };
  if ('error' in measured) return { phase: 'Error', message: measured.error, ...times };
  const value = valueText(measured.result);
  try {
    return { phase: judged(metric, measured.result), value, ...times };
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) throw error;
    return { phase: 'Error', message: error.message, ...times };
  }
}

/** One condition alone says yes or no; with both a value may be between them. */
function judged({ successCondition = '', failureCondition = '' }: Metric, result: Result): AnalysisPhase {
  const success = successCondition !== '' && holds(parseCondition(successCondition), result);
  const failure = failureCondition !== '' && holds(parseCondition(failureCondition), result);
  if (failureCondition === '') return successCondition === '' || success ? 'Successful' : 'Failed';
  if (failure) return 'Failed';
  return successCondition === '' || success ? 'Successful' : 'Inconclusive';
}

function valueText(result: Result): string {
  if (result === null) return '';
  return typeof result === 'number' ? numberText(result) : `[${result.map(numberText).join()}]`;
}

/** As Go writes floats. */
function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** `unfinished`: the measurement takes the place of the last one, which went on. */
export function withMeasurement(result: MetricResult, measurement: Measurement, unfinished: boolean): MetricResult {
  const before = result.measurements ?? [];
  const measurements = [...(unfinished ? before.slice(0, -1) : before), measurement];
  if (!isCompleted(measurement.phase)) return { ...result, measurements };
  const { count = 0, consecutiveError = 0, consecutiveSuccess = 0, error = 0 } = result;
  if (measurement.phase === 'Error') {
    const { consecutiveSuccess: _none, ...rest } = result;
    return { ...rest, measurements, error: error + 1, consecutiveError: consecutiveError + 1 };
  }
  const { consecutiveError: _error, consecutiveSuccess: _success, ...rest } = result;
  const kind = measurement.phase.toLowerCase() as 'successful' | 'failed' | 'inconclusive';
  const row = measurement.phase === 'Successful' ? { consecutiveSuccess: consecutiveSuccess + 1 } : {};
  return { ...rest, ...row, measurements, count: count + 1, [kind]: (result[kind] ?? 0) + 1 };
}
