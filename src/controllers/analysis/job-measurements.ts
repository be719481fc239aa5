// Measurements by Jobs: one Job each, whose end says how it went.
import { Refused } from '../../api/refused.ts';
import { timestamp } from '../../lib/timestamp.ts';
import { defaultObject } from '../../model/objects/default/object.ts';
import type { Metric } from '../../model/analysis/metric.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { Work } from '../kit/controller.ts';
import { finishedCondition, type Job } from '../kit/job-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { type Measurement, resultOf, type RunObject } from './run-objects.ts';

const JOB_NAME = 'job-name';
const JOB_NAMESPACE = 'job-namespace';

export class JobMeasurements {
  readonly #work: Work;
  readonly #run: ObjectRow;

  constructor(work: Work, run: ObjectRow) {
    this.#work = work;
    this.#run = run;
  }

  *start(run: RunObject, metric: Metric): Steps<Measurement> {
    const startedAt = timestamp(this.#work.engine.now);
    const job = jobOf(run, metric);
    const { name, namespace = 'default' } = job.metadata;
    const result = yield* this.#work.client.create(job, this.#run).wait();
    if (result < 0 && result !== Refused.AlreadyExists) {
      const why = result <= Refused.Forbidden ? this.#work.client.refusal(result) : `the Job was refused (${result})`;
      return { phase: 'Error', message: why, startedAt, finishedAt: timestamp(this.#work.engine.now) };
    }
    return { phase: 'Running', startedAt, metadata: { [JOB_NAME]: name, [JOB_NAMESPACE]: namespace } };
  }

  resume(measurement: Measurement): Measurement {
    const job = this.#jobOf(measurement);
    // The watch may not have it yet.
    if (job === undefined) return measurement;
    const ended = finishedCondition(job);
    if (ended === undefined) return measurement;
    const finishedAt = timestamp(this.#work.engine.now);
    if (ended.type === 'Complete') return { ...measurement, phase: 'Successful', finishedAt };
    const { reason = '', message = '' } = ended;
    return {
      ...measurement,
      phase: 'Failed',
      message: [reason, message].filter((one) => one !== '').join(': '),
      finishedAt,
    };
  }

  *terminate(measurement: Measurement): Steps<Measurement> {
    yield* this.#delete(measurement.metadata?.[JOB_NAME]);
    return { ...measurement, phase: 'Successful', finishedAt: timestamp(this.#work.engine.now) };
  }

  *forget(dropped: readonly Measurement[]): Steps {
    for (const { metadata } of dropped) yield* this.#delete(metadata?.[JOB_NAME]);
  }

  *#delete(name: string | undefined): Steps {
    const row = this.#rowOf(name);
    if (row < 0) return;
    const result = yield* this.#work.client.delete(row).wait();
    if (result < 0 && result !== Refused.NotFound) throw new SyncFailed(`Job ${name ?? ''} could not be deleted`);
  }

  #jobOf({ metadata }: Measurement): Job | undefined {
    return this.#work.views.jobs.get(this.#rowOf(metadata?.[JOB_NAME]));
  }

  #rowOf(name: string | undefined): ObjectRow {
    const { objects } = this.#work.api.registry;
    return name === undefined ? -1 : objects.find('Job', objects.namespace[this.#run], name);
  }
}

function jobOf(run: RunObject, metric: Metric): Job {
  const { uid = '', name, namespace } = run.metadata;
  const { metadata = {}, spec = {} } = (metric.provider.job ?? {}) as {
    readonly metadata?: { readonly labels?: object; readonly annotations?: object };
    readonly spec?: Job['spec'];
  };
  const taken = resultOf(run.status ?? {}, metric.name);
  // Errors count as well: each measurement has a Job of its own.
  const number = (taken?.count ?? 0) + (taken?.error ?? 0) + 1;
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${uid}.${metric.name}.${number}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...metadata.labels, 'analysisrun.argoproj.io/uid': uid },
      annotations: {
        ...metadata.annotations,
        'analysisrun.argoproj.io/name': name,
        'analysisrun.argoproj.io/metric-name': metric.name,
      },
      ownerReferences: [
        {
          apiVersion: run.apiVersion,
          kind: run.kind,
          name,
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: JSON.parse(JSON.stringify(spec)) as Readonly<Record<string, unknown>>,
  };
  defaultObject(job);
  return job as unknown as Job;
}
