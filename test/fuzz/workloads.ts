// Random Deployments, Services and budgets, and what their images do.
import * as fc from 'fast-check';
import { usage } from './autoscalers.ts';
import { ofCalls, ofServers } from './requests.ts';
import { jobBehavior } from './jobs.ts';

/** Services that may be called; pods of the Deployments `a` and `b` are behind those of their names. */
export const NAMES = ['a', 'b', 'c'] as const;

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);

const call = fc.record(
  {
    service: one(...NAMES),
    count: one(1, 2, 5),
    probability: one(0.1, 1),
    parallel: fc.boolean(),
    timeout: one<unknown>(0, '10ms', '1s'),
    retries: fc.record({ max: one(0, 2), backoff: one('1us', '10ms'), jitter: one(0, 1) }),
    priority: fc.integer({ min: -2, max: 2 }),
  },
  { requiredKeys: ['service'] },
);

/** An object as it is written into the file. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

export type Length = (mean: number) => fc.Arbitrary<unknown>;

/** What the images of a and b do. Only a calls, so that no tree of calls grows without end. */
export function behaviors(
  length: Length,
  orders: readonly string[],
  computes: readonly string[],
): fc.Arbitrary<object[]> {
  const requests = fc.record(
    {
      service: length(100),
      concurrency: one(1, 2, 16),
      queue: one(0, 1, 128),
      order: one(...orders),
      compute: one(...computes),
      processors: one(0.5, 1, 2),
      cpu: one<unknown>(0, '1us', '10ms'),
      errorRate: one(0, 0.5, 1),
    },
    { requiredKeys: [] },
  );
  const fields = {
    startup: length(5000),
    imageSize: one('1MB', '40MB'),
    requests,
    crash: fc.record({ after: length(30_000), exitCode: one(0, 1, 137) }),
    shutdown: fc.record({ drain: fc.boolean() }),
    usage,
  };
  const calls = fc.array(
    fc
      .tuple(
        call.filter(({ service }) => service !== 'a'),
        ofCalls(length),
      )
      .map(([fields, more]) => ({ ...fields, ...more })),
    { maxLength: 3 },
  );
  return fc
    .tuple(
      fc.record({ ...fields, calls }, { requiredKeys: [] }),
      fc.record(fields, { requiredKeys: [] }),
      jobBehavior(length),
      ofServers(length),
    )
    .map(([a, b, job, more]) => [{ image: 'img/a', ...a }, { image: 'img/b', ...b, ...more }, job]);
}

const check = one<object>(
  { httpGet: { path: '/', port: 80 } },
  { tcpSocket: { port: 80 } },
  { exec: { command: ['true'] } },
);
const probe = fc
  .tuple(
    check,
    fc.record(
      {
        initialDelaySeconds: one(0, 1, 10),
        periodSeconds: one(1, 10),
        failureThreshold: one(1, 3),
        timeoutSeconds: one(1, 5),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([how, when]) => ({ ...how, ...when }));

const container = fc.record(
  {
    resources: fc.record({ requests: fc.record({ cpu: one('0', '100m', '3'), memory: one('0', '64Mi', '2Gi') }) }),
    readinessProbe: probe,
    startupProbe: probe,
    livenessProbe: probe,
    lifecycle: one({ preStop: { sleep: { seconds: 5 } } }, { preStop: { exec: { command: ['sleep', '2'] } } }),
    env: one([{ name: 'KEY', valueFrom: { configMapKeyRef: { name: 'config-0', key: 'key' } } }]),
    imagePullPolicy: one('Always', 'IfNotPresent', 'Never'),
  },
  { requiredKeys: [] },
);

const podSpec = (name: string) =>
  fc
    .tuple(
      container,
      fc.record(
        {
          terminationGracePeriodSeconds: one(0, 1, 30),
          tolerations: one(
            [{ key: 'k', operator: 'Exists' }],
            [
              { key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3 },
              { key: 'k', operator: 'Exists', effect: 'NoSchedule' },
            ],
          ),
          nodeSelector: one({ 'topology.kubernetes.io/zone': 'a' }),
          topologySpreadConstraints: one([
            {
              maxSkew: 1,
              topologyKey: 'topology.kubernetes.io/zone',
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { app: name } },
            },
          ]),
          initContainers: one([{ name: 'first', image: 'img/first' }]),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([main, rest]) => ({
      containers: [
        { name: 'main', image: `img/${name}:1`, ...main },
        // Somebody has the second container that a PodCrash may be about.
        ...(name === 'b' ? [{ name: 'side', image: 'img/side' }] : []),
      ],
      ...rest,
      // A hook that sleeps must be over before the grace period is.
      ...('lifecycle' in main ? { terminationGracePeriodSeconds: 30 } : {}),
    }));

const strategy = one<object>(
  { type: 'Recreate' },
  { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: '50%' } },
);

const deployment = (name: string): fc.Arbitrary<Manifest> =>
  fc
    .tuple(
      podSpec(name),
      fc.record(
        {
          replicas: fc.integer({ min: 0, max: 6 }),
          strategy,
          minReadySeconds: one(0, 5),
          progressDeadlineSeconds: one(20, 600),
          revisionHistoryLimit: one(0, 2),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([pod, rest]) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: pod },
        ...rest,
        ...('minReadySeconds' in rest ? { progressDeadlineSeconds: 600 } : {}),
      },
    }));

export const deployments: fc.Arbitrary<Manifest[]> = fc.tuple(deployment('a'), deployment('b'));

const service = (name: string): fc.Arbitrary<Manifest> =>
  fc.record({ publishNotReadyAddresses: one(true) }, { requiredKeys: [] }).map((more) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80 }], ...more },
  }));

const budget = one<unknown>('50%', 1, 0).map((minAvailable) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'a' },
  spec: { minAvailable, selector: { matchLabels: { app: 'a' } } },
}));

export const services: fc.Arbitrary<Manifest[]> = fc
  .tuple(fc.array(budget, { maxLength: 1 }), ...NAMES.map(service))
  .map(([budgets, ...all]) => [...budgets, ...all]);
