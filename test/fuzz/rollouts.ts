// Random Rollouts of Argo with their analyses, and what may be done to them on the timeline.
import * as fc from 'fast-check';
import type { Manifest } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** Every field may be absent. */
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

const analysis = {
  templates: [{ templateName: 'errors' }],
  args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
};

const step = one<object>(
  { setWeight: 0 },
  { setWeight: 25 },
  { setWeight: 60 },
  { setWeight: 100 },
  { pause: { duration: 2 } },
  { pause: { duration: '10s' } },
  { pause: {} },
  { analysis },
);

const limits = some({ maxSurge: one<unknown>(1, '50%'), maxUnavailable: one<unknown>(1, '25%') });

const plain = fc
  .tuple(fc.array(step, { maxLength: 4 }), limits)
  .map(([steps, more]) => ({ canary: { ...(steps.length === 0 ? {} : { steps }), ...more } }));

const routed = fc
  .tuple(
    fc.array(fc.oneof(step, one<object>({ setCanaryScale: { replicas: 2 } }, { setCanaryScale: { weight: 50 } })), {
      maxLength: 4,
    }),
    some({
      dynamicStableScale: fc.boolean(),
      abortScaleDownDelaySeconds: one(0, 5),
      scaleDownDelaySeconds: one(0, 10),
      minPodsPerReplicaSet: one(2),
      analysis: one({ ...analysis, startingStep: 1 }),
    }),
  )
  .map(([steps, more]) => ({
    canary: {
      stableService: 'r',
      canaryService: 'r-canary',
      trafficRouting: { smi: {} },
      ...(steps.length === 0 ? {} : { steps }),
      ...more,
    },
  }));

const blueGreen = some({
  previewService: one('r-canary'),
  autoPromotionEnabled: fc.boolean(),
  autoPromotionSeconds: one(5),
  previewReplicaCount: one(1),
  scaleDownDelaySeconds: one(5, 30),
  prePromotionAnalysis: one(analysis),
  postPromotionAnalysis: one(analysis),
}).map((more) => ({ blueGreen: { activeService: 'r', ...more } }));

const template = {
  metadata: { labels: { app: 'r' } },
  spec: {
    containers: [{ name: 'main', image: 'img/b:1', readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 } }],
  },
};
const selector = { matchLabels: { app: 'r' } };

/** Where a Rollout that has no template takes it from; its pods are those of its Services all the same. */
const referred = one<{ reference: object; object: Manifest }>(
  ...['never', 'onsuccess', 'progressively'].map((scaleDown) => ({
    reference: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'r', scaleDown },
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'r' },
      spec: { replicas: 2, selector, template },
    },
  })),
  {
    reference: { apiVersion: 'v1', kind: 'PodTemplate', name: 'r' },
    object: { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'r' }, template } as Manifest,
  },
);

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'r' }, ports: [{ port: 80 }] },
});

const metric = fc
  .tuple(
    some({ interval: one('1s', '10s'), initialDelay: one('5s'), failureLimit: one(0, 1), inconclusiveLimit: one(1) }),
    one<object>(
      { wavetank: { figure: 'error_ratio', podTemplateHash: '{{args.hash}}', window: '20s' } },
      { wavetank: { figure: 'restarts', service: 'r', window: '1m' } },
      { prometheus: { query: 'sum(rate(http_requests_total{service="r",code=~"5.*"}[30s])) or vector(0)' } },
      {
        job: {
          spec: {
            backoffLimit: 0,
            template: { spec: { restartPolicy: 'Never', containers: [{ name: 'm', image: 'img/job' }] } },
          },
        },
      },
    ),
  )
  .map(([more, provider]) => ({
    name: 'errors',
    ...more,
    ...('interval' in more ? { count: 3 } : {}),
    ...('job' in provider ? {} : { failureCondition: '"prometheus" == "" or default(result, 0) == 2' }),
    provider,
  }));

/** A Rollout `r` with its Services and the template of its analyses, or nothing. */
export const rollouts: fc.Arbitrary<Manifest[]> = fc
  .option(
    fc.tuple(
      fc.oneof(plain, routed, blueGreen),
      some({
        replicas: fc.integer({ min: 0, max: 5 }),
        minReadySeconds: one(0, 3),
        progressDeadlineSeconds: one(20, 600),
        progressDeadlineAbort: fc.boolean(),
        revisionHistoryLimit: one(0, 2),
      }),
      metric,
      fc.option(referred, { nil: undefined, freq: 3 }),
    ),
    { nil: undefined },
  )
  .map((found) => {
    if (found === undefined) return [];
    const [strategy, more, measured, from] = found;
    const rollout = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'r' },
      spec: {
        selector,
        ...(from === undefined ? { template } : { workloadRef: from.reference }),
        strategy,
        ...more,
      },
    };
    const analyses = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'errors' },
      spec: { args: [{ name: 'hash' }], metrics: [measured] },
    };
    return [rollout, ...(from === undefined ? [] : [from.object]), analyses, service('r'), service('r-canary')];
  });

/** Of the Rollout `r`. */
export const rolloutActions: readonly fc.Arbitrary<object>[] = [
  one('img/b:2', 'img/b:3', 'img/b:1').map((image) => ({
    setImage: { kind: 'Rollout', name: 'r', container: 'main', image },
  })),
  fc.integer({ min: 0, max: 5 }).map((replicas) => ({ scale: { kind: 'Rollout', name: 'r', replicas } })),
  one('promote', 'abort', 'retry', 'pause', 'undo', 'restart', 'terminate').map((command) => ({
    argoRollouts: { rollout: 'r', command },
  })),
  one({ argoRollouts: { rollout: 'r', command: 'promote', full: true } }),
];
