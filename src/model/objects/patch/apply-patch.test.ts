// kubectl's three-way merge: what kubectl 1.36.3 sent, and what each of the three versions decides.
import { describe, expect, test } from 'vitest';
import type { PlainObject } from '../decode.ts';
import { applyPatch } from './apply-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMerge } from './strategic-merge.ts';

const DEPLOYMENT = 'apps.v1.Deployment';
const POD = 'core.v1.PodSpec';

function applied(last: PlainObject, manifest: PlainObject, live: PlainObject, type: string): PlainObject {
  return strategicMerge(live, applyPatch(last, manifest, live, type), type);
}

// The manifest, the live object and the patch of a real `kubectl apply` (golden/api-answers/kubectl-requests/apply.txt).
describe('what kubectl 1.36.3 sent', () => {
  const container = {
    env: [{ name: 'LEVEL', value: 'info' }],
    image: 'registry.example/app:v1',
    name: 'app',
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 },
  };
  const manifest = {
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
    },
  };
  const live = {
    spec: {
      ...manifest.spec,
      replicas: 5,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              ...container,
              ports: [{ containerPort: 8080, protocol: 'TCP' }],
              readinessProbe: { ...container.readinessProbe, timeoutSeconds: 1 },
              imagePullPolicy: 'IfNotPresent',
            },
          ],
          restartPolicy: 'Always',
        },
      },
    },
  };

  test('only what differs', () => {
    expect(applyPatch(manifest, manifest, live, DEPLOYMENT)).toEqual({ spec: { replicas: 3 } });
  });

  test('an item of a list by its key, with the order of all', () => {
    const spec = { containers: [{ ...container, image: 'registry.example/app:v2' }] };
    const next = { spec: { ...manifest.spec, replicas: 5, template: { ...manifest.spec.template, spec } } };
    expect(applyPatch(manifest, next, live, DEPLOYMENT)).toEqual({
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'app' }],
            containers: [{ image: 'registry.example/app:v2', name: 'app' }],
          },
        },
      },
    });
  });
});

describe('three ways', () => {
  test('a field that neither names keeps its live value', () => {
    expect(applyPatch({ spec: {} }, { spec: {} }, { spec: { replicas: 5 } }, DEPLOYMENT)).toEqual({});
  });

  test('a field that is no longer named goes, and one that is gone already is left alone', () => {
    const last = { spec: { replicas: 5, paused: true } };
    expect(applyPatch(last, { spec: {} }, { spec: { replicas: 7 } }, DEPLOYMENT)).toEqual({ spec: { replicas: null } });
  });

  test('null in the manifest removes', () => {
    const manifest = { spec: { replicas: null, paused: null } };
    expect(applied({}, manifest, { spec: { replicas: 7 } }, DEPLOYMENT)).toEqual({ spec: {} });
  });

  test('containers that others added stay, those that the manifest has dropped go', () => {
    const last = { containers: [{ name: 'a' }, { name: 'b' }, { name: 'gone' }] };
    const manifest = { containers: [{ name: 'b' }, { name: 'c', image: 'c:1' }] };
    const live = { containers: [{ name: 'injected' }, { name: 'a' }, { name: 'b', image: 'b:1' }] };
    expect(applied(last, manifest, live, POD)).toEqual({
      containers: [{ name: 'injected' }, { name: 'b', image: 'b:1' }, { name: 'c', image: 'c:1' }],
    });
  });

  test('a volume with another source loses the old one, whoever set it', () => {
    const live = { volumes: [{ name: 'v', emptyDir: {} }] };
    const manifest = { volumes: [{ name: 'v', configMap: { name: 'c' } }] };
    expect(applied({}, manifest, live, POD)).toEqual(manifest);
  });

  test('a Deployment that becomes Recreate loses the defaults of rolling updates', () => {
    const live = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } } };
    const manifest = { spec: { strategy: { type: 'Recreate' } } };
    expect(applied({ spec: {} }, manifest, live, DEPLOYMENT)).toEqual(manifest);
  });

  test('scalars of a list that merges', () => {
    const finalizers = (...names: string[]) => ({ metadata: { finalizers: names } });
    const result = applied(
      finalizers('a/1', 'b/1'),
      finalizers('b/1', 'c/1'),
      finalizers('x/1', 'a/1', 'b/1'),
      'core.v1.Pod',
    );
    expect(result).toEqual(finalizers('x/1', 'b/1', 'c/1'));
  });

  test('custom objects: lists are replaced, and the patch is a JSON merge patch', () => {
    const live = { spec: { list: [{ name: 'a', x: 1 }], kept: 1, gone: 2 } };
    const patch = applyPatch({ spec: { gone: 2 } }, { spec: { list: [{ name: 'a' }] } }, live, undefined);
    expect(patch).toEqual({ spec: { list: [{ name: 'a' }], gone: null } });
    expect(mergePatch(live, patch)).toEqual({ spec: { list: [{ name: 'a' }], kept: 1 } });
  });
});
