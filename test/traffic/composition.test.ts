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
