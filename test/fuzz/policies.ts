// Random quotas, limits and recommendations: policies that stand between a workload and its pods.
import * as fc from 'fast-check';
import type { Manifest } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

const quota = some({
  pods: one('0', '3', '12'),
  'requests.cpu': one('1', '10'),
  'count/jobs.batch': one('0', '2'),
  'requests.storage': one('2Gi'),
}).map((hard) => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard } }));

const limitRange = some({
  defaultRequest: one({ cpu: '100m' }, { memory: '64Mi' }),
  max: one({ cpu: '2' }, { memory: '1Gi' }),
}).map((limits) => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'l' },
  spec: { limits: [{ type: 'Container', ...limits }] },
}));

const verticalAutoscaler = one('Auto', 'Recreate', 'InPlaceOrRecreate', 'Initial', 'Off').map((updateMode) => ({
  apiVersion: 'autoscaling.k8s.io/v1',
  kind: 'VerticalPodAutoscaler',
  metadata: { name: 'v' },
  spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, updatePolicy: { updateMode } },
}));

export const policies: fc.Arbitrary<Manifest[]> = fc
  .tuple(...[quota, limitRange, verticalAutoscaler].map((policy) => fc.array<Manifest>(policy, { maxLength: 1 })))
  .map((all) => all.flat());

/** What may be done to them on the timeline. */
export const policyActions: fc.Arbitrary<object> = fc.oneof(
  one('0', '20').map((pods) => ({
    patch: { kind: 'ResourceQuota', name: 'q', patch: { spec: { hard: { pods } } } },
  })),
  fc.constant({ delete: { kind: 'ResourceQuota', name: 'q' } }),
);
