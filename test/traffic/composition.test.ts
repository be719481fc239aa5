// What stands before a call, all at once: policies, routes with weights and mirrors, names, kept connections with TLS, traces.
import { expect, it } from 'vitest';
import { runScenario } from '../support/world-rig.ts';

const pods = (name: string, replicas: number, image: string, pool: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { nodeSelector: { role: ${pool} }, containers: [{ name: main, image: ${image} }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;

it('does each of its parts once for each call, or once for each connection', () => {
  const { world, summary } = runScenario(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: composition }
spec:
  preset: ideal
  duration: 80s
  interval: 10s
  cluster:
    nodePools: [{ name: node, count: 2, labels: { role: node } }, { name: shadow, count: 1, labels: { role: shadow } }]
  network: { links: { sameZone: 1ms } }
  dns: { service: dns }
  connections: { callers: { protocol: http2, tls: "1.3" }, conntrack: {} }
  tracing: {}
  behaviors:
    - image: app
      requests: { service: 0s, concurrency: 1000 }
      calls:
        - service: backend
          timeout: 1s
          policies: [{ Deadline: { timeout: 3s } }, { Retry: { maxAttempts: 4 } }, GrpcOutlierDetection]
    - { image: backend, requests: { service: 10ms, concurrency: 100 } }
    - { image: dns, requests: { service: 100us, concurrency: 100 } }
  traffic: [{ name: users, to: app, arrivals: { constant: { rate: 20/s } }, start: 10s, stop: 70s, timeout: 5s }]
  timeline: [{ at: 40s, fault: { PodCrash: { deployment: backend, count: 1 } } }]
${pods('app', 1, 'app', 'node')}${pods('backend', 2, 'backend', 'node')}${pods('canary', 1, 'backend', 'node')}
${pods('shadow', 1, 'backend', 'shadow')}${pods('dns', 1, 'dns', 'node')}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: backend }
spec:
  hosts: [backend]
  http:
    - route: [{ destination: { host: backend }, weight: 75 }, { destination: { host: canary }, weight: 25 }]
      mirror: { host: shadow }
`);
  const { connections, names } = world.traffic;
  const edge = connections?.groups.edges.find(({ service }) => service === 'backend');
  expect(summary.requests_failed_total).toBe(0);
  // Each call is led by itself, by weight; what the crash took is tried again.
  const { rows, endpoints } = world.measure.connections;
  const sent = endpoints.reduce((sum, { requests, service }) => sum + (service === 'backend' ? requests : 0), 0);
  const canary = endpoints.reduce((sum, { pod, requests }) => sum + (pod.startsWith('canary') ? requests : 0), 0);
  expect(edge?.requests).toBe(sent);
  expect(sent).toBeGreaterThanOrEqual(1199);
  expect(sent).toBeLessThan(1210);
  expect(canary / sent).toBeCloseTo(0.25, 1);
  // A connection to each endpoint, and one more after the crash; names are looked up for the first one, not for each call.
  expect(edge?.opened).toBe(4);
  expect(edge?.broken).toBe(1);
  expect(names?.counts.lookups).toBeGreaterThan(0);
  expect(names?.counts.lookups).toBeLessThan(10);
  // A copy of each goes to the shadow: 10 ms of one of 3.9 CPUs each. It is no request of anybody.
  const shadow = world.measure.nodes.filter(({ node }) => node.startsWith('shadow'));
  const copies = shadow.reduce((sum, { cpu_usage_ratio }) => sum + (cpu_usage_ratio * 39_000) / 10, 0);
  expect(copies).toBeCloseTo(sent, -1);
  expect(rows.filter(({ service }) => service === 'shadow')).toEqual([]);
  world.traffic.check();
});

it('passes a gateway and the proxies of a mesh once each, with names, connections, caches, classes, users and traces beside them', () => {
  const beside = '{ name: proxy, image: proxy, ports: [{ containerPort: 15090 }] }, ';
  const meshed = (name: string, replicas: number) =>
    pods(name, replicas, name, 'node')
      .replace('containers: [{', `containers: [${beside}{`)
      .replace(`image: ${name} }`, `image: ${name}, ports: [{ containerPort: 80 }] }`);
  const { world, summary } = runScenario(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: everything }
spec:
  preset: ideal
  duration: 80s
  interval: 10s
  cluster: { nodePools: [{ name: node, count: 3, labels: { role: node } }] }
  network: { links: { sameZone: 1ms } }
  dns: { service: dns }
  connections: { callers: { protocol: http2 }, conntrack: {} }
  tracing: {}
  behaviors:
    - image: edge
      requests: { service: 100us, concurrency: 1000 }
      gateway: { kind: envoy, response: 0s, tries: 3, retryOn: [error, http_503] }
    - image: shop
      requests: { service: 1ms, concurrency: 1000 }
      calls:
        - { service: backend, timeout: 1s, policies: [{ Deadline: { timeout: 3s } }], cache: { entries: 1000, ttl: 10m, singleFlight: true } }
        - { service: backend, timeout: 1s, policies: [{ Retry: { maxAttempts: 4 } }], classes: [pay] }
    - { image: backend, requests: { service: 10ms, concurrency: 100 } }
    - { image: dns, requests: { service: 100us, concurrency: 100 } }
    - { image: proxy, mesh: { place: sidecar, work: 100us } }
  traffic:
    - name: users
      to: edge
      users: { count: 20, think: 1s }
      classes: [{ name: pay, weight: 1, path: /pay }, { name: look, weight: 3, path: /look }]
      keys: { count: 50, zipf: 1 }
      start: 10s
      stop: 70s
      timeout: 5s
${pods('edge', 1, 'edge', 'node')}${meshed('shop', 2)}${meshed('backend', 2)}${pods('dns', 1, 'dns', 'node')}---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge }
spec: { gatewayClassName: envoy, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: shop, port: 80 }] }] }
`);
  const { traffic } = world;
  const total = (service: string): number => {
    const meter = traffic.services.meterOf('default', service);
    return traffic.meters.total(meter, 0);
  };
  expect(summary.requests_failed_total).toBe(0);
  const requests = total('edge');
  expect(requests).toBeGreaterThan(1000);
  // Each comes to the gateway once, and goes on once.
  const [gateway] = [...(traffic.gateways?.counts.values() ?? [])];
  expect([gateway.requests, total('shop'), gateway.retries]).toEqual([requests, requests, 0]);
  // What the caches do not have is called for; and a quarter of the requests makes the second call.
  const misses = world.measure.caches.rows.reduce((sum, row) => sum + row.misses, 0);
  const paid = total('backend') - misses;
  expect(misses).toBeGreaterThanOrEqual(50);
  expect(misses).toBeLessThanOrEqual(100);
  expect(paid / requests).toBeGreaterThan(0.2);
  expect(paid / requests).toBeLessThan(0.35);
  // A request to a pod of the mesh from outside of it passes its proxy twice, with its answer; a call in it passes two proxies so.
  const mesh = traffic.mesh?.mesh.counts.get('proxy');
  const passages = [mesh?.inbound, mesh?.outbound, mesh?.answers];
  const calls = total('backend');
  expect(passages).toEqual([requests + calls, calls, requests + 2 * calls]);
  expect(mesh?.failed).toBe(0);
  traffic.check();
});
