// Random StatefulSets and DaemonSets, and what may be done to them on the timeline.
import * as fc from 'fast-check';
import type { Manifest } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** Every field may be absent. */
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

const share = one<unknown>(1, 2, '50%');

const template = (name: string, image: string) =>
  some({
    cpu: one('0', '100m', '1'),
    terminationGracePeriodSeconds: one(0, 1, 30),
    readinessProbe: one({ tcpSocket: { port: 80 }, periodSeconds: 1 }),
    tolerations: one([{ operator: 'Exists' }]),
  }).map(({ cpu, readinessProbe, ...more }) => ({
    metadata: { labels: { app: name } },
    spec: {
      containers: [
        {
          name: 'main',
          image: `${image}:1`,
          ...(cpu === undefined ? {} : { resources: { requests: { cpu } } }),
          ...(readinessProbe === undefined ? {} : { readinessProbe }),
        },
      ],
      ...more,
    },
  }));

const statefulSet = fc
  .tuple(
    template('s', 'img/b'),
    some({
      replicas: fc.integer({ min: 0, max: 5 }),
      podManagementPolicy: one('OrderedReady', 'Parallel'),
      ordinals: one({ start: 3 }),
      minReadySeconds: one(0, 5),
      revisionHistoryLimit: one(0, 2),
      updateStrategy: one<object>(
        { type: 'OnDelete' },
        { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
        { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } },
      ),
    }),
    fc.option(some({ whenDeleted: one('Retain', 'Delete'), whenScaled: one('Retain', 'Delete') }), { nil: undefined }),
  )
  .map(([pods, more, retention]) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 's' },
    spec: {
      selector: { matchLabels: { app: 's' } },
      serviceName: 's',
      template: pods,
      ...more,
      // With a policy there are claims that it is about.
      ...(retention === undefined
        ? {}
        : {
            persistentVolumeClaimRetentionPolicy: retention,
            volumeClaimTemplates: [
              {
                metadata: { name: 'data' },
                spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
              },
            ],
          }),
    },
  }));

const daemonSet = fc
  .tuple(
    template('d', 'img/a'),
    some({
      minReadySeconds: one(0, 5),
      updateStrategy: fc.oneof(
        fc.constant({ type: 'OnDelete' }),
        share.map((maxUnavailable) => ({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable } })),
        share.map((maxSurge) => ({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 0 } })),
      ),
    }),
  )
  .map(([pods, more]) => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: { app: 'd' } }, template: pods, ...more },
  }));

const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'disk', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'pd.csi.storage.gke.io',
  volumeBindingMode: 'WaitForFirstConsumer',
};

export const sets: fc.Arbitrary<Manifest[]> = fc
  .tuple(fc.array(statefulSet, { maxLength: 1 }), fc.array(daemonSet, { maxLength: 1 }))
  .map(([stateful, daemon]) => [...(stateful.length > 0 ? [storageClass] : []), ...stateful, ...daemon]);

const of = one({ kind: 'StatefulSet', name: 's' }, { kind: 'DaemonSet', name: 'd' });

/** What may be done to them on the timeline. */
export const setActions: fc.Arbitrary<object> = fc.oneof(
  fc.integer({ min: 0, max: 6 }).map((replicas) => ({ scale: { kind: 'StatefulSet', name: 's', replicas } })),
  fc.tuple(of, one('img/a:2', 'img/b:2')).map(([target, image]) => ({ setImage: { ...target, image } })),
  of.map((rolloutRestart) => ({ rolloutRestart })),
  of.map((rolloutUndo) => ({ rolloutUndo })),
  fc
    .tuple(of, one('background', 'foreground', 'orphan'))
    .map(([target, cascade]) => ({ delete: { ...target, cascade } })),
  fc.integer({ min: 0, max: 5 }).map((ordinal) => ({ delete: { kind: 'Pod', name: `s-${ordinal}` } })),
);
