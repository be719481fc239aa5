// Random Jobs and CronJobs, and what their images do.
import * as fc from 'fast-check';
import type { Length, Manifest } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** Every field may be absent. */
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

/** The image of all Jobs. */
export const jobBehavior = (length: Length): fc.Arbitrary<object> =>
  fc
    .tuple(
      one('length', 'work'),
      length(5000),
      some({ checkpoint: one('1s', '30s'), failure: fc.record({ probability: one(0, 0.3, 1), exitCode: one(1, 3) }) }),
    )
    .map(([key, value, more]) => ({ image: 'img/job', run: { [key]: value, ...more } }));

const failurePolicy = one<object>(
  { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [3] } }] },
  { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
  { rules: [{ action: 'Count', onExitCodes: { operator: 'NotIn', values: [1] } }] },
);

const pod = (restartPolicy: 'Never' | 'OnFailure') =>
  some({
    cpu: one('0', '100m', '3'),
    terminationGracePeriodSeconds: one(0, 5),
    activeDeadlineSeconds: one(20, 60),
  }).map(({ cpu, ...more }) => ({
    spec: {
      restartPolicy,
      containers: [{ name: 'main', image: 'img/job:1', resources: { requests: cpu === undefined ? {} : { cpu } } }],
      ...more,
    },
  }));

const count = some({
  parallelism: fc.integer({ min: 0, max: 5 }),
  backoffLimit: one(0, 1, 6),
  activeDeadlineSeconds: one(10, 100),
  ttlSecondsAfterFinished: one(0, 10),
  suspend: one(true, false, false, false),
});

const plain = fc
  .tuple(one<'Never' | 'OnFailure'>('Never', 'OnFailure').chain(pod), count, some({ completions: one(1, 5) }))
  .map(([template, ...more]) => Object.assign({ template }, ...more));

const policed = fc
  .tuple(pod('Never'), count, some({ completions: one(1, 5), podReplacementPolicy: one('Failed') }), failurePolicy)
  .map(([template, counts, more, podFailurePolicy]) => ({ template, ...counts, ...more, podFailurePolicy }));

const indexed = fc
  .tuple(
    pod('Never'),
    fc.record({ completions: one(1, 4, 9), parallelism: one(1, 3, 9) }),
    some({
      backoffLimitPerIndex: one(0, 2),
      successPolicy: one({ rules: [{ succeededCount: 1 }] }, { rules: [{ succeededIndexes: '0' }] }),
      podReplacementPolicy: one('TerminatingOrFailed', 'Failed'),
      suspend: one(true, false, false, false),
    }),
  )
  .map(([template, counts, more]) => ({ completionMode: 'Indexed', template, ...counts, ...more }));

const spec = fc.oneof(plain, policed, indexed);

const job = fc
  .tuple(one('j', 'k'), spec)
  .map(([name, fields]) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: fields }));

const cronJob = fc
  .tuple(
    one('* * * * *', '*/2 * * * *'),
    some({
      concurrencyPolicy: one('Allow', 'Forbid', 'Replace'),
      startingDeadlineSeconds: one(5, 100),
      successfulJobsHistoryLimit: one(0, 1),
      failedJobsHistoryLimit: one(0, 1),
      suspend: one(true, false, false, false),
      timeZone: one('Asia/Kathmandu'),
    }),
    spec,
  )
  .map(([schedule, more, fields]) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'cron' },
    spec: { schedule, ...more, jobTemplate: { spec: fields } },
  }));

export const jobs: fc.Arbitrary<Manifest[]> = fc
  .tuple(
    fc.uniqueArray(job, { maxLength: 2, selector: ({ metadata }) => metadata.name }),
    fc.array(cronJob, { maxLength: 1 }),
  )
  .map((all) => all.flat());

/** What may be done to them on the timeline. */
export const jobActions: fc.Arbitrary<object> = fc.oneof(
  fc
    .record({ name: one('j', 'k'), suspend: fc.boolean() })
    .map(({ name, suspend }) => ({ patch: { kind: 'Job', name, patch: { spec: { suspend } } } })),
  fc
    .record({ name: one('j', 'k'), parallelism: one(0, 2, 5) })
    .map(({ name, parallelism }) => ({ patch: { kind: 'Job', name, patch: { spec: { parallelism } } } })),
  fc
    .record({ kind: one('Job'), name: one('j', 'k'), cascade: one('background', 'foreground', 'orphan') })
    .map((fields) => ({ delete: fields })),
  fc.boolean().map((suspend) => ({ patch: { kind: 'CronJob', name: 'cron', patch: { spec: { suspend } } } })),
);
