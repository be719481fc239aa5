// Strategic merge patches: the examples of the Kubernetes documentation, directives, the order of lists.
import { describe, expect, test } from 'vitest';
import type { PlainObject } from '../decode.ts';
import { PatchError } from './patch-error.ts';
import { strategicMerge } from './strategic-merge.ts';

const POD = 'core.v1.Pod';
const DEPLOYMENT = 'apps.v1.Deployment';

const ofPod = (spec: PlainObject): PlainObject => ({ spec });
const patchPod = (before: PlainObject, patch: PlainObject): unknown =>
  strategicMerge(ofPod(before), ofPod(patch), POD).spec;

describe('the examples of the Kubernetes documentation (tasks/manage-kubernetes-objects/update-api-object-kubectl-patch)', () => {
  test('a container is added in front of those that are there', () => {
    const before = { containers: [{ name: 'patch-demo-ctr', image: 'nginx' }] };
    const patch = { containers: [{ name: 'patch-demo-ctr-2', image: 'redis' }] };
    expect(patchPod(before, patch)).toEqual({
      containers: [
        { name: 'patch-demo-ctr-2', image: 'redis' },
        { name: 'patch-demo-ctr', image: 'nginx' },
      ],
    });
  });

  test('tolerations have no patch strategy: the list is replaced', () => {
    const before = { tolerations: [{ effect: 'NoSchedule', key: 'dedicated', value: 'test-team' }] };
    const patch = { tolerations: [{ effect: 'NoSchedule', key: 'disktype', value: 'ssd' }] };
    expect(patchPod(before, patch)).toEqual(patch);
  });

  test('retainKeys clears the other member of a union', () => {
    const before = {
      spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } },
    };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(strategicMerge(before, patch, DEPLOYMENT)).toEqual({ spec: { strategy: { type: 'Recreate' } } });
  });
});

describe('lists that merge', () => {
  const containers = [
    { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
    { name: 'b', image: 'b:1' },
  ];

  test('by the key of their items, in depth', () => {
    const patch = { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] };
    expect(patchPod({ containers }, patch)).toEqual({
      containers: [
        {
          name: 'a',
          image: 'a:1',
          env: [
            { name: 'Y', value: '2' },
            { name: 'X', value: '1' },
          ],
        },
        { name: 'b', image: 'b:1' },
      ],
    });
  });

  test('$patch: delete removes an item, one that is not there too', () => {
    const gone = (name: string) => ({ containers: [{ name, $patch: 'delete' }] });
    expect(patchPod({ containers }, gone('a'))).toEqual({ containers: [containers[1]] });
    expect(patchPod({ containers }, gone('c'))).toEqual({ containers });
  });

  test('$patch: replace replaces the list, and a mapping', () => {
    const list = { containers: [{ name: 'c', image: 'c:1' }, { $patch: 'replace' }] };
    expect(patchPod({ containers }, list)).toEqual({ containers: [{ name: 'c', image: 'c:1' }] });
    const mapping = { securityContext: { $patch: 'replace', runAsUser: 5 } };
    expect(patchPod({ securityContext: { runAsGroup: 1 } }, mapping)).toEqual({ securityContext: { runAsUser: 5 } });
    const nothing = { securityContext: { $patch: 'delete' } };
    expect(patchPod({ securityContext: { runAsGroup: 1 } }, nothing)).toEqual({ securityContext: {} });
  });

  test('$setElementOrder orders what the client knows; others keep their neighbours', () => {
    const before = { containers: ['a', 'server', 'b'].map((name) => ({ name })) };
    const patch = {
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }, { name: 'new' }],
      containers: [{ name: 'new' }],
    };
    // `server` stood behind `a` and ahead of `b`: the first of the two that it meets is `b`.
    expect(patchPod(before, patch)).toEqual({ containers: ['server', 'b', 'a', 'new'].map((name) => ({ name })) });
    const { containers: _, ...orderOnly } = patch;
    expect(patchPod(before, orderOnly)).toEqual({ containers: ['server', 'b', 'a'].map((name) => ({ name })) });
  });

  test('scalars merge without duplicates and are deleted by a list of their own', () => {
    const before = { metadata: { finalizers: ['a/1', 'b/1'] } };
    const patch = (metadata: PlainObject) => strategicMerge(before, { metadata }, POD).metadata;
    expect(patch({ finalizers: ['c/1', 'b/1'] })).toEqual({ finalizers: ['c/1', 'a/1', 'b/1'] });
    expect(patch({ '$deleteFromPrimitiveList/finalizers': ['a/1', 'z/1'] })).toEqual({ finalizers: ['b/1'] });
    expect(before).toEqual({ metadata: { finalizers: ['a/1', 'b/1'] } });
  });

  test('numbers are keys too', () => {
    const before = { containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'http' }] }] };
    const patch = { containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'web' }] }] };
    expect(patchPod(before, patch)).toEqual(patch);
  });
});

test('null removes, in what is new it says nothing', () => {
  expect(patchPod({ hostname: 'h', nodeName: 'n' }, { hostname: null, subdomain: null })).toEqual({ nodeName: 'n' });
  const affinity = { podAffinity: null, nodeAffinity: {} };
  expect(patchPod({}, { affinity })).toEqual({ affinity: { nodeAffinity: {} } });
});

test('the selector of a PodDisruptionBudget is replaced, that of a Service is merged', () => {
  const before = { spec: { selector: { matchLabels: { app: 'a' } } } };
  const patch = { spec: { selector: { matchLabels: { tier: 'b' } } } };
  expect(strategicMerge(before, patch, 'policy.v1.PodDisruptionBudget')).toEqual(patch);
  const service = strategicMerge(
    { spec: { selector: { app: 'a' } } },
    { spec: { selector: { tier: 'b' } } },
    'core.v1.Service',
  );
  expect(service).toEqual({ spec: { selector: { app: 'a', tier: 'b' } } });
});

test.each<readonly [string, PlainObject]>([
  ['Unknown patch type found: merge', { $patch: 'merge' }],
  ['does not contain declared merge key: name', { containers: [{ image: 'x' }] }],
  ['$retainKeys does not list the field "b"', { volumes: [{ name: 'v', $retainKeys: ['name'], b: {} }] }],
  ['does not list a, which is in containers', { '$setElementOrder/containers': [], containers: [{ name: 'a' }] }],
])('%s', (message, patch) => {
  const before = { containers: [{ name: 'a' }], volumes: [{ name: 'v' }] };
  expect(() => patchPod(before, patch)).toThrow(PatchError);
  expect(() => patchPod(before, patch)).toThrow(message);
});
