// AnalysisRuns as their controller reads and writes them: results by metric, measurements, summaries.
import type { AnalysisSpec } from '../../model/analysis/metric.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { AnalysisPhase } from '../rollout/rollout-objects.ts';

/** One look at a metric; not finished while a Job runs. */
export interface Measurement {
  readonly phase: AnalysisPhase;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly value?: string;
  readonly message?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Counters are left out at 0. */
export interface MetricResult {
  readonly name: string;
  readonly phase: AnalysisPhase;
  readonly measurements?: readonly Measurement[];
  readonly message?: string | undefined;
  readonly count?: number;
  readonly successful?: number;
  readonly failed?: number;
  readonly inconclusive?: number;
  readonly error?: number;
  readonly consecutiveError?: number;
  readonly consecutiveSuccess?: number;
  readonly dryRun?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface RunSummary {
  readonly count?: number;
  readonly successful?: number;
  readonly failed?: number;
  readonly inconclusive?: number;
  readonly error?: number;
}

export interface RunStatus {
  readonly phase?: AnalysisPhase;
  readonly message?: string;
  readonly metricResults?: readonly MetricResult[];
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly runSummary?: RunSummary;
  readonly dryRunSummary?: RunSummary;
}

interface RunSpec extends AnalysisSpec {
  readonly terminate?: boolean;
  readonly ttlStrategy?: {
    readonly secondsAfterCompletion?: number;
    readonly secondsAfterSuccess?: number;
    readonly secondsAfterFailure?: number;
  };
}

export interface RunObject extends KubeObject {
  readonly kind: 'AnalysisRun';
  readonly spec: RunSpec;
  readonly status?: RunStatus;
}

export function isCompleted(phase: AnalysisPhase | undefined): boolean {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
}

export function resultOf(status: RunStatus, metric: string): MetricResult | undefined {
  return status.metricResults?.find(({ name }) => name === metric);
}

/** The status with that result in place of the one of its name, or behind the others. */
export function withResult(status: RunStatus, result: MetricResult): RunStatus {
  const before = status.metricResults ?? [];
  const known = before.some(({ name }) => name === result.name);
  const metricResults = known ? before.map((one) => (one.name === result.name ? result : one)) : [...before, result];
  return { ...status, metricResults };
}

export function lastMeasurement(status: RunStatus, metric: string): Measurement | undefined {
  return resultOf(status, metric)?.measurements?.at(-1);
}

/** Somebody asked for its end, or a metric that counts came to a bad one: nothing more is begun. */
export function isTerminating({ spec }: RunObject, status: RunStatus): boolean {
  const ended = ({ phase, dryRun }: MetricResult): boolean =>
    dryRun !== true && (phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive');
  return spec.terminate === true || (status.metricResults ?? []).some(ended);
}
