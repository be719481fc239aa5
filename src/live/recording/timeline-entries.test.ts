// Requests of clients in the words of a timeline.
import { expect, it } from 'vitest';
import { resourcePath } from '../../http-api/request-path.ts';
import type { PlainObject } from '../../model/objects/decode.ts';
import { entriesOf, type Told } from './timeline-entries.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';
const web = {
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7' },
  spec: { replicas: 2, paused: true },
};
const named = { kind: 'Deployment', name: 'web', namespace: 'shop' };

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly type?: string;
  readonly body?: object;
  readonly kind?: string;
  readonly before?: readonly PlainObject[];
  readonly answer?: PlainObject;
}

function told({
  method,
  url,
  type = 'application/json',
  body,
  kind = 'Deployment',
  before = [],
  answer = {},
}: Asked): Told {
  const { pathname, searchParams: query } = new URL(url, 'http://localhost');
  const path = resourcePath(pathname);
  if (path === undefined) throw new Error(`${pathname} names nothing`);
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const request = { method, path: pathname, query, headers: { 'content-type': type }, body: bytes, user: 'me' };
  return entriesOf({ request, path, kind, before, answer });
}

const STRATEGIC = 'application/strategic-merge-patch+json';
const applied = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2 } };

it.each<[what: string, asked: Asked, expected: Told]>([
  [
    'kubectl apply of something new',
    {
      method: 'POST',
      url: DEPLOYMENTS,
      body: {
        ...applied,
        metadata: {
          name: 'web',
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(applied) },
        },
      },
      answer: web,
    },
    [{ apply: { ...applied, metadata: { name: 'web', namespace: 'shop' } } }],
  ],
  [
    'kubectl create, with a name that the server made',
    {
      method: 'POST',
      url: `${DEPLOYMENTS}?fieldManager=me`,
      body: { metadata: { generateName: 'we' }, status: {} },
      answer: web,
    },
    [{ applyServerSide: { manifest: { metadata: { name: 'web', namespace: 'shop' } }, fieldManager: 'me' } }],
  ],
  [
    'kubectl apply --server-side',
    {
      method: 'PATCH',
      url: `${DEPLOYMENTS}/web?fieldManager=me&force=true`,
      type: 'application/apply-patch+yaml',
      body: applied,
    },
    [
      {
        applyServerSide: {
          manifest: { ...applied, metadata: { name: 'web', namespace: 'shop' } },
          fieldManager: 'me',
          forceConflicts: true,
        },
      },
    ],
  ],
  [
    'a strategic patch, without what it takes for granted',
    {
      method: 'PATCH',
      url: `${DEPLOYMENTS}/web`,
      type: STRATEGIC,
      body: { metadata: { resourceVersion: '7', labels: { a: 'b' } } },
    },
    [{ patch: { ...named, patch: { metadata: { labels: { a: 'b' } } } } }],
  ],
  [
    'a patch of the status',
    { method: 'PATCH', url: `${DEPLOYMENTS}/web/status`, type: STRATEGIC, body: { status: { replicas: 1 } } },
    [{ patch: { ...named, patch: { status: { replicas: 1 } }, subresource: 'status' } }],
  ],
  [
    'a JSON patch, by what is different afterwards',
    {
      method: 'PATCH',
      url: `${DEPLOYMENTS}/web`,
      type: 'application/json-patch+json',
      body: [],
      before: [web],
      answer: { ...web, spec: { replicas: 3 }, status: { replicas: 3 } },
    },
    [{ patch: { ...named, patch: { spec: { replicas: 3, paused: null } } } }],
  ],
  [
    'a replacement with the same',
    { method: 'PUT', url: `${DEPLOYMENTS}/web`, body: web, before: [web], answer: web },
    [],
  ],
  [
    'kubectl scale',
    {
      method: 'PATCH',
      url: `${DEPLOYMENTS}/web/scale`,
      type: 'application/merge-patch+json',
      body: { spec: { replicas: 5 } },
      answer: { spec: { replicas: 5 } },
    },
    [{ scale: { ...named, replicas: 5 } }],
  ],
  [
    'kubectl delete --cascade=orphan',
    { method: 'DELETE', url: `${DEPLOYMENTS}/web`, body: { propagationPolicy: 'Orphan' }, before: [web] },
    [{ delete: { ...named, cascade: 'orphan' } }],
  ],
  [
    'all of a namespace',
    {
      method: 'DELETE',
      url: DEPLOYMENTS,
      before: [web, { ...web, metadata: { name: 'api', namespace: 'shop' } }],
    },
    [{ delete: named }, { delete: { ...named, name: 'api' } }],
  ],
  [
    'an eviction',
    { method: 'POST', url: '/api/v1/namespaces/shop/pods/web-1/eviction', kind: 'Pod' },
    [{ delete: { kind: 'Pod', name: 'web-1', namespace: 'shop' } }],
  ],
  [
    'kubectl cordon',
    {
      method: 'PATCH',
      url: '/api/v1/nodes/n1',
      type: STRATEGIC,
      body: { spec: { unschedulable: true } },
      kind: 'Node',
    },
    [{ patch: { kind: 'Node', name: 'n1', patch: { spec: { unschedulable: true } } } }],
  ],
  [
    'what no timeline can say',
    { method: 'POST', url: '/api/v1/namespaces/shop/pods/web-1/binding', kind: 'Pod' },
    'a binding of the Pod web-1',
  ],
])('%s', (_what, asked, expected) => {
  expect(told(asked)).toEqual(expected);
});
