// By which address proxies are reached: ingress-nginx' rule for each type of Service.
import { expect, it } from 'vitest';
import type { PodClass } from '../../model/pod-class.ts';
import type { ServiceObject } from './gateway-objects.ts';
import { publishedAddresses } from './published-addresses.ts';

const pod = { namespace: 'ingress', labels: { app: 'nginx' } } as unknown as PodClass;

const service = (name: string, spec: object, status: object = {}): ServiceObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'ingress' },
  spec: { selector: { app: 'nginx' }, clusterIP: '10.96.0.9', ...spec },
  status,
});
const ips = (...found: string[]) => ({ loadBalancer: { ingress: found.map((ip) => ({ ip })) } });

it.each<[string, ServiceObject[], string[]]>([
  ['none selects them', [service('a', { selector: { app: 'other' } })], []],
  ['none without a selector', [service('a', { selector: undefined })], []],
  ['ClusterIP', [service('a', {})], ['10.96.0.9']],
  ['headless', [service('a', { clusterIP: 'None' })], []],
  ['NodePort', [service('a', { type: 'NodePort' })], ['10.96.0.9']],
  ['NodePort with external addresses', [service('a', { type: 'NodePort', externalIPs: ['192.0.2.7'] })], ['192.0.2.7']],
  ['LoadBalancer that waits', [service('a', { type: 'LoadBalancer' })], []],
  [
    'LoadBalancer',
    [service('a', { type: 'LoadBalancer' }, ips('198.18.0.2', '198.18.0.1'))],
    ['198.18.0.1', '198.18.0.2'],
  ],
  [
    'LoadBalancer with external addresses',
    [service('a', { type: 'LoadBalancer', externalIPs: ['192.0.2.7', '198.18.0.1'] }, ips('198.18.0.1'))],
    ['192.0.2.7', '198.18.0.1'],
  ],
  [
    'the load balancer of several',
    [service('a', {}), service('b', { type: 'LoadBalancer' }, ips('198.18.0.1'))],
    ['198.18.0.1'],
  ],
])('%s', (_what, services, expected) => {
  expect(publishedAddresses(services, [pod])).toEqual(expected);
});
