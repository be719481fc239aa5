// Output of `kubectl get -o yaml` becomes what its author would write.
import { expect, test } from 'vitest';
import { decodeObject } from './decode.ts';
import { stripServerFields } from './strip.ts';

function stripped(input: unknown): unknown {
  const { object, problems } = decodeObject(input);
  expect(problems).toEqual([]);
  if (object !== undefined) stripServerFields(object);
  return object;
}

const STORED = {
  creationTimestamp: '2026-01-01T00:00:00Z',
  generation: 3,
  managedFields: [{ manager: 'kubectl', operation: 'Update' }],
  resourceVersion: '12',
  uid: '7b1c3f3e-0000-0000-0000-000000000000',
};
const APPLIED = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };

test('a Service loses its address', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', ...STORED, annotations: APPLIED },
    spec: { clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'], ipFamilies: ['IPv4'], ports: [{ port: 80 }] },
    status: { loadBalancer: {} },
  };
  expect(stripped(service)).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { ports: [{ port: 80, targetPort: 0 }] },
  });
});

test('an address that was written by hand stays, and a headless Service stays headless', () => {
  const service = (metadata: object, clusterIP: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP },
  });
  expect(stripped(service({ name: 'a' }, '10.0.0.7'))).toMatchObject({ spec: { clusterIP: '10.0.0.7' } });
  expect(stripped(service({ name: 'a', ...STORED }, 'None'))).toMatchObject({ spec: { clusterIP: 'None' } });
});

test('a Node keeps what it is', () => {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', ...STORED, annotations: { ...APPLIED, own: 'x' } },
    status: { capacity: { cpu: '4' }, allocatable: { cpu: '3900m' }, conditions: [{ type: 'Ready', status: 'True' }] },
  };
  expect(stripped(node)).toEqual({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', annotations: { own: 'x' } },
    spec: {},
    status: { capacity: { cpu: '4' }, allocatable: { cpu: '3900m' } },
  });
});
