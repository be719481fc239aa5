// One look's port: to the monitoring system, and to the API server for Jobs and events.
import type { Metric } from '../../model/analysis/metric.ts';
import { parseQuery } from '../../model/analysis/promql.ts';
import { compileQuery } from '../../model/analysis/promql-plan.ts';
import { ExpressionProblem } from '../../model/analysis/tokens.ts';
import type { Monitoring } from '../../model/ports/monitoring.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { Work } from '../kit/controller.ts';
import type { Steps } from '../kit/sync.ts';
import type { AnalysisPhase } from '../rollout/rollout-objects.ts';
import type { AnalysisRunPort } from './analysis-port.ts';
import { JobMeasurements } from './job-measurements.ts';
import type { Measured } from './measuring.ts';
import type { Measurement, RunObject } from './run-objects.ts';

export class ApiAnalysisPort implements AnalysisRunPort {
  readonly #work: Work;
  readonly #row: ObjectRow;
  readonly #monitoring: Monitoring;
  readonly #jobs: JobMeasurements;

  constructor(work: Work, row: ObjectRow, monitoring: Monitoring) {
    this.#work = work;
    this.#row = row;
    this.#monitoring = monitoring;
    this.#jobs = new JobMeasurements(work, row);
  }

  get nowUs(): number {
    return this.#work.engine.now;
  }

  measure({ metadata: { namespace = 'default' } }: RunObject, { provider }: Metric): Measured {
    const { wavetank, prometheus } = provider;
    if (wavetank !== undefined) return { result: this.#monitoring.figure(namespace, wavetank) ?? null };
    try {
      return { result: this.#monitoring.ask(compileQuery(parseQuery(prometheus?.query ?? ''))) };
    } catch (error) {
      if (!(error instanceof ExpressionProblem)) throw error;
      return { error: error.message };
    }
  }

  startJob(run: RunObject, metric: Metric): Steps<Measurement> {
    return this.#jobs.start(run, metric);
  }

  resumeJob(measurement: Measurement): Measurement {
    return this.#jobs.resume(measurement);
  }

  terminateJob(measurement: Measurement): Steps<Measurement> {
    return this.#jobs.terminate(measurement);
  }

  forgetJobs(dropped: readonly Measurement[]): Steps {
    return this.#jobs.forget(dropped);
  }

  ended(metric: string | undefined, phase: AnalysisPhase): void {
    const type = phase === 'Error' || phase === 'Failed' ? 'Warning' : 'Normal';
    const [reason, what] =
      metric === undefined
        ? [`AnalysisRun${phase}`, 'Analysis Completed.']
        : [`Metric${phase}`, `Metric '${metric}' Completed.`];
    this.#work.client.objectEvent(type, reason, `${what} Result: ${phase}`, this.#row);
  }
}
