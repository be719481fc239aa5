// Fields that do not influence the simulation are named; those that do are not.
import { expect, test } from 'vitest';
import { decodeObject } from './decode.ts';
import { ignoredFields } from './ignored.ts';

function ignored(input: unknown): string[] {
  const { object, problems } = decodeObject(input);
  expect(problems).toEqual([]);
  if (object === undefined) throw new Error('nothing was decoded');
  return ignoredFields(object).map(({ path }) => path);
}

test('a Deployment', () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web' }, finalizers: ['example.com/x'] },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          volumes: [{ name: 'v', hostPath: { path: '/c' } }],
          terminationGracePeriodSeconds: 5,
          containers: [
            { name: 'a', image: 'a', readinessProbe: { httpGet: { port: 80 }, timeoutSeconds: 3 } },
            { name: 'b', image: 'b', command: ['x'], ports: [{ containerPort: 80 }] },
            { name: 'c', image: 'c', command: ['x'], resources: { limits: { cpu: 1 }, claims: [{ name: 'gpu' }] } },
          ],
        },
      },
    },
    status: { replicas: 3 },
  };
  expect(ignored(deployment)).toEqual([
    'metadata.finalizers',
    'spec.template.spec.containers[].readinessProbe.timeoutSeconds',
    'spec.template.spec.containers[].command',
    'spec.template.spec.containers[].resources.claims',
    'spec.template.spec.volumes[].hostPath',
  ]);
});

test('the first occurrence has its keys', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'c' }, { name: 'd', tty: true }] },
  };
  const { object } = decodeObject(pod);
  if (object === undefined) throw new Error('nothing was decoded');
  expect(ignoredFields(object)).toEqual([{ keys: ['spec', 'containers', 1, 'tty'], path: 'spec.containers[].tty' }]);
});

test.each([
  [
    'a kind that is not simulated',
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' }, automountServiceAccountToken: true },
    [''],
  ],
  ['a namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }, []],
  [
    'a node with the status of a running one',
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n' },
      spec: { providerID: 'x' },
      status: { capacity: { cpu: 1 }, nodeInfo: {} },
    },
    ['spec.providerID'],
  ],
])('%s', (_, input, paths) => {
  expect(ignored(input)).toEqual(paths);
});
