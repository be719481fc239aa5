// What one look at an AnalysisRun may do: measure, run Jobs, tell events.
import type { Metric } from '../../model/analysis/metric.ts';
import type { Steps } from '../kit/sync.ts';
import type { AnalysisPhase } from '../rollout/rollout-objects.ts';
import type { Measured } from './measuring.ts';
import type { Measurement, RunObject } from './run-objects.ts';

export interface AnalysisRunPort {
  /** Virtual time, µs. */
  readonly nowUs: number;
  /** The value of a metric that is there at once. */
  measure(run: RunObject, metric: Metric): Measured;
  /** A Job that measures: begun, or how far it is. */
  startJob(run: RunObject, metric: Metric): Steps<Measurement>;
  resumeJob(measurement: Measurement): Measurement;
  terminateJob(measurement: Measurement): Steps<Measurement>;
  /** The Jobs of measurements that are not kept go. */
  forgetJobs(dropped: readonly Measurement[]): Steps;
  ended(metric: string | undefined, phase: AnalysisPhase): void;
}
