// Systems outside the cluster: their latency, their capacity, their failures, and names that lead to none.
import { expect, it } from 'vitest';
import { eventsOf, jobOf, podsOf, runScenario } from '../support/world-rig.ts';

const scenario = (more = '', system = '') => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: outside }
spec:
  preset: ideal
  duration: 4m
  cluster: { nodePools: [{ name: node, count: 2 }] }
  behaviors:
    - { image: app, startup: 0s, requests: { service: 0s }, calls: [{ service: "db:5432", timeout: 500ms }] }
  external: [{ host: db.example.com, latency: 10ms, requests: { service: 3ms ${system} } }]
  traffic: [{ name: users, to: app, arrivals: { constant: { rate: 20/s } }, start: 10s, stop: 3m50s, timeout: 2s }]
  ${more}
---
apiVersion: v1
kind: Pod
metadata: { name: app, labels: { app: app } }
spec: { containers: [{ name: app, image: app }] }
---
apiVersion: v1
kind: Service
metadata: { name: app }
spec: { selector: { app: app }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { type: ExternalName, externalName: db.example.com }
`;

const fault = (args: string) => `timeline: [{ at: 1m, fault: { ExternalOutage: { host: db.example.com, ${args} } } }]`;

it('answers after its latency, there and back, and its work, and is no pod of the cluster', () => {
  const run = runScenario(scenario());
  expect(run.summary.request_duration_seconds_p50).toBeCloseTo(0.023, 3);
  expect(run.summary.requests_failed_total).toBe(0);
  expect(podsOf(run).map(({ pod }) => pod)).toEqual(['app']);
  expect(run.summary.kube_node_info).toBe(2);
});

it('serves no more at a time than it can, and turns away what finds no place', () => {
  // 20 a second, each 100 ms on one processor: twice what it can do.
  const { summary } = runScenario(scenario('', ', concurrency: 1, queue: 0').replace('service: 3ms', 'service: 100ms'));
  expect(Math.abs((summary.requests_error_ratio ?? 1) - 0.5)).toBeLessThan(0.05);
});

it('says nothing in an outage, so that its callers wait for their timeout, or refuses at once', () => {
  const silent = runScenario(scenario(fault('for: 1m')));
  // A minute at twenty a second.
  expect(Math.abs(silent.summary.requests_failed_total - 1200)).toBeLessThan(5);
  expect(eventsOf(silent).map(({ reason }) => reason)).toEqual(expect.arrayContaining(['FaultStarted', 'FaultEnded']));
  const refusing = runScenario(scenario(fault('for: 1m, refuses: true')));
  expect(Math.abs(refusing.summary.requests_failed_total - 1200)).toBeLessThan(5);
  const overlapping = `timeline:
    - { at: 1m, fault: { ExternalOutage: { host: db.example.com, for: 1m } } }
    - { at: 90s, fault: { ExternalOutage: { host: db.example.com, for: 1m, refuses: true } } }`;
  expect(Math.abs(runScenario(scenario(overlapping)).summary.requests_failed_total - 1800)).toBeLessThan(5);
});

it('is told where a fault names no host, and refuses where a Service leads to none', () => {
  const wrong = scenario(fault('for: 1m').replace('host: db.example', 'host: db.exmaple'));
  expect(() => jobOf(wrong)).toThrow(/ExternalOutage\.host: spec\.external has no host "db\.exmaple\.com"/);
  const nowhere = runScenario(scenario().replace('externalName: db.example.com', 'externalName: other.example.com'));
  expect(nowhere.summary.requests_completed_total).toBe(0);
});
