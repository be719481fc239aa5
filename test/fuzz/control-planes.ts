// Random control planes: one master or several, flow control with levels of its own, clients that ask much, webhooks, and what befalls processes.
import * as fc from 'fast-check';
import type { Length, Manifest } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** Every field may be absent. */
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

const leaderElection = one<object>(
  { leaderElect: true },
  { leaseDuration: '6s', renewDeadline: '4s', retryPeriod: '1s' },
);

/** `spec.controlPlane`: masters that elect and die, members of etcd, flow control; a cluster of one master in many cases. */
export const controlPlanes = (length: Length): fc.Arbitrary<object> =>
  fc
    .tuple(
      some({
        apiServer: some({
          mutating: length(50),
          read: length(50),
          start: length(2000),
          maxMutatingInflight: one<unknown>(1, 4, 200, 'unlimited'),
          maxRequestsInflight: one(4, 400),
          flowControl: one('None', 'MaxInflight', 'PriorityAndFairness', 'PriorityAndFairness'),
          listObject: one('10us', '1ms'),
          webhookLatency: length(2000),
          processors: one(1, 4),
        }),
        etcd: some({
          commit: length(500),
          save: length(50),
          quota: one('40kB', '200kB', '2GiB'),
          compaction: one<unknown>(0, '10s', '5m'),
        }),
        watch: some({ delivery: length(500) }),
        controllers: some({
          syncWork: one<unknown>('1us', '10ms', 0),
          nodeMonitorPeriod: one('1s', '5s'),
          nodeMonitorGracePeriod: one('10s', '50s'),
          nodeEvictionRate: one(0, 0.1, 10),
        }),
      }),
      fc.option(
        some({
          replicas: one(1, 2, 3, 3, 5),
          zones: one(['a', 'b'], ['a', 'b', 'c']),
          leaderElection,
          processes: some({
            start: length(2000),
            controllersStart: length(3000),
            restart: one<unknown>(0, '1s', '20s'),
          }),
          members: one(1, 3, 4),
          pods: one({ nodes: ['node-0'] }),
        }),
        { nil: {} },
      ),
    )
    .map(([plane, { members, ...masters }]: [Record<string, unknown>, { members?: number } & object]) => ({
      ...plane,
      ...masters,
      ...(members === undefined ? {} : { etcd: { ...(plane['etcd'] as object | undefined), members } }),
    }));

const flowSchema = fc
  .tuple(one(100, 500, 9000), one('robots', 'exempt', 'workload-low'), one('robots', 'system:nodes', 'system:masters'))
  .map(([matchingPrecedence, level, group]) => ({
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name: 'robots' },
    spec: {
      priorityLevelConfiguration: { name: level },
      matchingPrecedence,
      distinguisherMethod: { type: 'ByUser' },
      rules: [
        {
          subjects: [{ kind: 'Group', group: { name: group } }],
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
        },
      ],
    },
  }));

const level = fc
  .tuple(
    one(0, 1, 30),
    some({ borrowingLimitPercent: one(0, 50), lendablePercent: one(0, 100) }),
    one<object>(
      { type: 'Reject' },
      { type: 'Queue', queuing: { queues: 4, handSize: 2, queueLengthLimit: 3 } },
      { type: 'Queue', queuing: { queues: 1, handSize: 1, queueLengthLimit: 1 } },
    ),
  )
  .map(([nominalConcurrencyShares, more, limitResponse]) => ({
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'PriorityLevelConfiguration',
    metadata: { name: 'robots' },
    spec: { type: 'Limited', limited: { nominalConcurrencyShares, limitResponse, ...more } },
  }));

const webhook = fc
  .tuple(one('Fail', 'Ignore'), one(1, 10), one('pods', 'deployments'))
  .map(([failurePolicy, timeoutSeconds, resource]) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'policy' },
    webhooks: [
      {
        name: 'policy.example.com',
        clientConfig: { service: { namespace: 'default', name: 'b', port: 80 } },
        rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['*'], apiVersions: ['*'], resources: [resource] }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy,
        timeoutSeconds,
      },
    ],
  }));

/** What acts on requests to the API server. */
export const flows: fc.Arbitrary<Manifest[]> = fc
  .tuple(...[flowSchema, level, webhook].map((object) => fc.array<Manifest>(object, { maxLength: 1 })))
  .map((all) => all.flat());

const request = one<object>(
  { list: { kind: 'Pod' } },
  { get: { kind: 'Deployment', namespace: 'default', name: 'a' } },
  { patch: { kind: 'Deployment', namespace: 'default', name: 'a', patch: { metadata: { labels: { n: '%n' } } } } },
  {
    create: {
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm-%n', namespace: 'default' } },
      dryRun: true,
    },
  },
);

/** `spec.apiClients`. */
export const apiClients: fc.Arbitrary<object[]> = fc.array(
  fc
    .tuple(
      fc.oneof(
        one(1, 20).map((workers) => ({ workers, limits: { qps: 20, burst: 30 } })),
        one(0.5, 10).map((rate) => ({ rate })),
      ),
      some({ groups: one(['robots']), retries: one(0, 2), pause: one('100ms', '1s'), until: one('1m') }),
      fc.array(request, { minLength: 1, maxLength: 2 }),
    )
    .map(([pace, more, requests]) => ({ name: 'robot', ...pace, ...more, requests })),
  { maxLength: 1 },
);

/** What befalls processes of the control plane. */
export const processFaults: fc.Arbitrary<object> = fc
  .tuple(
    some({
      component: one('kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'),
      which: one('leader', 'followers', 'all', 'any'),
    }),
    one('SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT'),
    one('0s', '3s', '30s', undefined),
  )
  .map(([whose, signal, length]) => ({
    ProcessSignal: {
      ...whose,
      signal,
      ...(length === undefined || signal === 'SIGCONT' ? {} : { for: length }),
    },
  }));

/** Backups of etcd and back again. */
export const backupActions: fc.Arbitrary<object> = fc.oneof(
  one<object>({ snapshotSave: {} }, { defragment: {} }, { alarmDisarm: {} }),
  one(0, 1000, 1_000_000).map((bumpRevision) => ({ snapshotRestore: { bumpRevision } })),
);
