// The rules of Argo's analysis controller (argo-rollouts, analysis/analysis.go): limits, phases, messages, times.
import { describe, expect, it } from 'vitest';
import type { Metric } from '../../model/analysis/metric.ts';
import { timestamp } from '../../lib/timestamp.ts';
import { lookAtRun } from './analysis-run-sync.ts';
import type { AnalysisRunPort } from './analysis-port.ts';
import type { RunObject, RunStatus } from './run-objects.ts';

/** Values by metric, one after the other; the last one stays. A text is an error. */
type Values = Readonly<Record<string, readonly (number | string | null)[]>>;

class Rig implements AnalysisRunPort {
  nowUs = 0;
  run: RunObject;
  nextUs: number | undefined;
  readonly events: string[] = [];
  readonly #values: Values;
  readonly #taken = new Map<string, number>();

  constructor(values: Values, metrics: readonly Partial<Metric>[], spec: Partial<RunObject['spec']> = {}) {
    this.#values = values;
    this.run = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'run' },
      spec: {
        metrics: metrics.map((one) => ({ name: 'm', provider: { wavetank: { figure: 'rate' } }, ...one })),
        ...spec,
      },
    };
  }

  measure(_run: RunObject, { name }: Metric) {
    const at = this.#taken.get(name) ?? 0;
    this.#taken.set(name, at + 1);
    const value = this.#values[name].at(Math.min(at, this.#values[name].length - 1)) ?? null;
    return typeof value === 'string' ? { error: value } : { result: value };
  }

  startJob(): never {
    throw new Error('no Job here');
  }

  resumeJob(): never {
    throw new Error('no Job here');
  }

  terminateJob(): never {
    throw new Error('no Job here');
  }

  forgetJobs(): never {
    throw new Error('no Job here');
  }

  ended(metric: string | undefined, phase: string): void {
    this.events.push(`${metric ?? 'run'} ${phase}`);
  }

  /** One look; the status is stored. */
  look(): RunStatus {
    const step = lookAtRun(this, this.run).next();
    if (step.done !== true) throw new Error('the look waits');
    this.run = { ...this.run, status: step.value.status };
    this.nextUs = step.value.nextUs;
    return step.value.status;
  }

  /** Looks until the run ends or waits for longer than `untilUs`: at each change, and when it is due. */
  looks(untilUs = 3600e6): RunStatus {
    for (;;) {
      const before = JSON.stringify(this.run.status);
      const status = this.look();
      if (JSON.stringify(status) !== before) continue;
      if (this.nextUs === undefined || this.nextUs > untilUs) return status;
      this.nowUs = this.nextUs + 1;
    }
  }
}

const every = { interval: '10s', successCondition: 'result > 0' };

describe('the phase of a run', () => {
  it.each<[string, Partial<Metric>, readonly (number | string)[], string, string, number]>([
    ['one measurement without an interval', { successCondition: 'result > 0' }, [1], 'Successful', '', 0],
    ['count reached', { ...every, count: 3 }, [1], 'Successful', '', 20],
    [
      'a failure, none allowed',
      { ...every, count: 3 },
      [1, 0],
      'Failed',
      'Metric "m" assessed Failed due to failed (1) > failureLimit (0)',
      10,
    ],
    ['failures up to the limit', { ...every, count: 4, failureLimit: 2 }, [0, 0, 1], 'Successful', '', 30],
    [
      'one more than the limit',
      { ...every, count: 5, failureLimit: '2' },
      [0, 1, 0, 0],
      'Failed',
      'Metric "m" assessed Failed due to failed (3) > failureLimit (2)',
      30,
    ],
    [
      'between both conditions',
      { interval: '10s', count: 3, successCondition: 'result > 2', failureCondition: 'result < 1' },
      [3, 1.5],
      'Inconclusive',
      'Metric "m" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0)',
      10,
    ],
    [
      'inconclusive ones up to their limit',
      {
        interval: '10s',
        count: 2,
        successCondition: 'result > 2',
        failureCondition: 'result < 1',
        inconclusiveLimit: 1,
      },
      [3, 1.5],
      'Successful',
      '',
      10,
    ],
    [
      'errors in a row, tried again every ten seconds',
      { ...every, interval: '1m', count: 3 },
      ['no data'],
      'Error',
      'Metric "m" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: no data"',
      40,
    ],
    [
      'an error in between starts the row again',
      { ...every, count: 2, consecutiveErrorLimit: 1 },
      ['no', 1, 'no', 1],
      'Successful',
      '',
      30,
    ],
    ['without conditions', { interval: '10s', count: 2 }, [0], 'Successful', '', 10],
    [
      'successes in a row',
      { ...every, consecutiveSuccessLimit: 2, failureLimit: -1 },
      [1, 0, 0, 1, 1],
      'Successful',
      '',
      40,
    ],
    [
      'never enough successes in a row',
      { ...every, consecutiveSuccessLimit: 2, failureLimit: -1, count: 3 },
      [1, 0, 1],
      'Inconclusive',
      '',
      20,
    ],
    ['after a delay', { ...every, initialDelay: '30s', count: 2 }, [1], 'Successful', '', 40],
  ])('%s', (_what, metric, values, phase, message, seconds) => {
    const rig = new Rig({ m: values }, [metric]);
    const status = rig.looks();
    expect(status.phase).toBe(phase);
    expect(status.message ?? '').toBe(message);
    expect(Math.floor(rig.nowUs / 1e6)).toBe(seconds);
    expect(status.completedAt).toBe(timestamp(seconds * 1e6));
  });

  it('is that of its worst metric; the others are ended in the next look', () => {
    const rig = new Rig({ good: [1], bad: [1, 0] }, [
      { ...every, name: 'good' },
      { ...every, name: 'bad', count: 5 },
    ]);
    const status = rig.looks();
    expect(status).toMatchObject({
      phase: 'Failed',
      message: 'Metric "bad" assessed Failed due to failed (1) > failureLimit (0)',
      runSummary: { count: 2, successful: 1, failed: 1 },
      dryRunSummary: {},
    });
    expect(rig.events).toEqual(['bad Failed', 'good Successful', 'run Failed']);
  });

  it('takes no harm from a metric that is only tried out', () => {
    const rig = new Rig(
      { good: [1], bad: [0] },
      [
        { ...every, name: 'good', count: 1 },
        { ...every, name: 'bad', count: 1 },
      ],
      {
        dryRun: [{ metricName: 'b.*' }],
      },
    );
    expect(rig.looks()).toMatchObject({
      phase: 'Successful',
      runSummary: { count: 1, successful: 1 },
      dryRunSummary: { count: 1, failed: 1 },
      metricResults: [
        { name: 'good', phase: 'Successful' },
        { name: 'bad', dryRun: true, message: 'Metric assessed Failed due to failed (1) > failureLimit (0)' },
      ],
    });
  });

  it('is good when somebody ends it, even before the first measurement', () => {
    const running = new Rig({ m: [1] }, [every]);
    running.look();
    running.run = { ...running.run, spec: { ...running.run.spec, terminate: true } };
    expect(running.looks()).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
    const delayed = new Rig({ m: [1] }, [{ ...every, initialDelay: '1h' }], { terminate: true });
    expect(delayed.look()).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
  });

  it('is told apart where the spec makes no sense', () => {
    const of = (metric: Partial<Metric>, spec: Partial<RunObject['spec']> = {}) =>
      new Rig({ m: [1] }, [metric], spec).look();
    expect(of({ count: 2 }).message).toBe(
      'Analysis spec invalid: metrics[0]: interval must be specified when count > 1',
    );
    expect(of({ ...every, count: 1, failureLimit: 2 }).message).toBe(
      'Analysis spec invalid: metrics[0]: count must be >= failureLimit',
    );
    expect(of({ ...every, successCondition: 'result > {{args.least}}' }).message).toBe(
      'Unable to resolve metric arguments: failed to resolve {{args.least}}',
    );
    expect(of(every, { dryRun: [{ metricName: 'other' }] }).message).toBe(
      "Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)",
    );
    expect(of({ ...every, count: '{{ args.count }}' }, { args: [{ name: 'count', value: '1' }] }).phase).toBe(
      'Successful',
    );
  });
});

it('keeps the last ten measurements, or as many as a rule says', () => {
  const of = (spec: Partial<RunObject['spec']>) =>
    new Rig({ m: [1] }, [{ ...every, count: 15 }], spec).looks().metricResults?.[0];
  expect(of({})).toMatchObject({ count: 15, successful: 15 });
  expect(of({})?.measurements).toHaveLength(10);
  expect(of({ measurementRetention: [{ metricName: 'm', limit: 12 }] })?.measurements).toHaveLength(12);
  expect(of({ measurementRetention: [{ metricName: '.*', limit: 0 }] })?.measurements).toHaveLength(10);
});
