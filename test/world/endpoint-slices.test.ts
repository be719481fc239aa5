// EndpointSlices of a running cluster as people read them, and what they take from the write limit of their controller.
import { expect, it } from 'vitest';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { ApiClient } from '../../src/api/client.ts';
import { Resources } from '../../src/api/resources/resources.ts';
import { worldOf } from '../support/world-rig.ts';

const scenario = (replicas: number, service = '') => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: slices }
spec:
  preset: ideal
  duration: 10m
  cluster: { nodePools: [{ name: node, count: 6, zones: [a, b], capacity: { cpu: 64, memory: 64Gi, pods: 500 } }] }
  controlPlane: { clients: { controllers: { qps: 20, burst: 30 } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, labels: { tier: front }${service.startsWith('annotations') ? `, ${service}` : ''} }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }]${service.startsWith('annotations') ? '' : service} }
`;

/** The slices of a Service after a while. */
function slicesAt(text: string, atUs = 300e6): EndpointSlice[] {
  const world = worldOf(text);
  const resources = new Resources(new ApiClient(world.api, 'reader', { qps: Infinity, burst: 1 }));
  world.engine.run(atUs);
  let found: readonly object[] = [];
  world.engine.spawn(
    'reader',
    (function* () {
      const answer = yield* resources.list('discovery.k8s.io/v1', 'EndpointSlice').wait();
      if ('items' in answer) found = answer.items;
    })(),
  );
  world.engine.run(atUs + 1e6);
  return found as EndpointSlice[];
}

it('has at most 100 endpoints in a slice, each with its address, pod, node and zone', () => {
  const slices = slicesAt(scenario(250));
  expect(slices.map(({ endpoints }) => endpoints.length).sort((a, b) => a - b)).toEqual([50, 100, 100]);
  const [{ metadata, addressType, ports, endpoints }] = slices;
  expect(metadata).toMatchObject({
    generateName: 'web-',
    namespace: 'default',
    labels: {
      tier: 'front',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    },
    ownerReferences: [{ kind: 'Service', name: 'web' }],
  });
  expect(new Set(slices.map((slice) => slice.metadata?.name)).size).toBe(3);
  expect([addressType, ports]).toEqual(['IPv4', [{ name: 'http', port: 8080, protocol: 'TCP' }]]);
  expect(endpoints[0]).toMatchObject({
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', namespace: 'default' },
  });
  expect(new Set(endpoints.map(({ zone }) => zone))).toEqual(new Set(['a', 'b']));
});

it('has one empty slice without ports for a Service without endpoints', () => {
  expect(slicesAt(scenario(0)).map(({ endpoints, ports }) => [endpoints, ports])).toEqual([[[], []]]);
});

it('has the hints that the Service asks for', () => {
  const own = slicesAt(scenario(4, ', trafficDistribution: PreferSameNode')).flatMap(({ endpoints }) => endpoints);
  for (const { hints, nodeName, zone } of own) {
    expect(hints).toEqual({ forZones: [{ name: zone }], forNodes: [{ name: nodeName }] });
  }
  const annotated = 'annotations: { service.kubernetes.io/topology-mode: Auto }';
  const hinted = slicesAt(scenario(6, annotated)).flatMap(({ endpoints }) => endpoints);
  const zones = hinted.map(({ hints }) => hints?.forZones?.[0]?.name ?? '');
  expect(zones.filter((zone) => zone === 'a')).toHaveLength(3);
  expect(zones.filter((zone) => zone === 'b')).toHaveLength(3);
  expect(slicesAt(scenario(2)).flatMap(({ endpoints }) => endpoints.map(({ hints }) => hints))).toEqual([
    undefined,
    undefined,
  ]);
});
