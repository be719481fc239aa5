// What is stored of a new object where the API server does not take the client at its word: switched-off features, bytes, empty maps.
import { expect, test } from 'vitest';
import { decodeObject, type DecodedObject, type PlainObject } from '../decode.ts';
import { createObject } from './object.ts';

function created(input: PlainObject): DecodedObject {
  const { object, problems } = decodeObject(input);
  expect(problems).toEqual([]);
  if (object === undefined) throw new Error('not decoded');
  expect(createObject(object, { generateName: (prefix) => prefix })).toEqual([]);
  return object;
}

const pod = (spec: PlainObject): PlainObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec });
const container = (fields: PlainObject): PlainObject => ({ name: 'c', image: 'i', ...fields });

// ContainerStopSignals, GenericWorkload, ClusterTrustBundleProjection and MaxUnavailableStatefulSet are off in 1.36.
test('fields of features that are off are dropped, not refused', () => {
  const sleep = { preStop: { sleep: { seconds: 1 } } };
  const { spec } = created(
    pod({
      containers: [container({ lifecycle: { stopSignal: 'SIGUSR1', ...sleep } })],
      initContainers: [{ name: 'i', image: 'i', lifecycle: { stopSignal: 'SIGUSR1' } }],
      volumes: [{ name: 'v', projected: { sources: [{ clusterTrustBundle: { name: 'b', path: 'ca' } }] } }],
      schedulingGroup: { podGroupName: 'g' },
    }),
  ) as unknown as { spec: Record<string, PlainObject[]> };
  expect(spec.containers[0].lifecycle).toEqual(sleep);
  expect(spec.initContainers[0]).not.toHaveProperty('lifecycle');
  expect(spec.volumes[0].projected).toEqual({ defaultMode: 0o644, sources: [{}] });
  expect(spec).not.toHaveProperty('schedulingGroup');

  const set = created({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 's' },
    spec: {
      serviceName: 's',
      selector: { matchLabels: { app: 's' } },
      template: { metadata: { labels: { app: 's' } }, spec: { containers: [container({})] } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2, partition: 1 } },
    },
  });
  expect((set.spec as PlainObject).updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 1 } });
});

test('bytes are base64, or a list of numbers', () => {
  const data = { text: 'aGk=', list: [104, 105], padded: [1], empty: [], none: null };
  const secret = created({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data });
  expect(secret.data).toEqual({ text: 'aGk=', list: 'aGk=', padded: 'AQ==', empty: '', none: null });
  const map = created({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, binaryData: { k: [255, null] } });
  expect(map.binaryData).toEqual({ k: '/wA=' });
  const [problem] = decodeObject({ apiVersion: 'v1', kind: 'Secret', data: { k: [1, 256] } }).problems;
  expect(problem).toMatchObject({ path: 'data.k', phase: 'decode', message: 'expected bytes from 0 to 255, got 256' });
});

test('what a node can allocate is its capacity by default, and nothing where that is empty', () => {
  const node = (status: PlainObject) => created({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, status });
  const capacity = { cpu: '4', memory: '8Gi' };
  expect(node({ capacity }).status).toMatchObject({ capacity, allocatable: capacity });
  expect(node({ capacity, allocatable: null }).status).toMatchObject({ capacity, allocatable: capacity });
  expect(node({ capacity, allocatable: {} }).status).not.toHaveProperty('allocatable');
  expect(node({ capacity, allocatable: { cpu: '3' } }).status).toMatchObject({ capacity, allocatable: { cpu: '3' } });
});
