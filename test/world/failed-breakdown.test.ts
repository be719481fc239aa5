// Where the time of requests goes that fail: in a queue, at a dead machine, in a slow call further down, in work that is throttled.
import { expect, it } from 'vitest';
import { runScenario } from '../support/world-rig.ts';
import { traceFiles } from '../../src/world/traced/export/trace-files.ts';
import { phaseNames, phases } from '../../src/world/traced/phase-columns.ts';

const scenario = (behaviors: string, more: string): string => `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: failed }
spec:
  preset: ideal
  duration: 1m
  interval: 10s
  tracing: { sample: 1 }
  cluster: { nodePools: [{ name: node, count: 2, capacity: { cpu: 2, memory: 4Gi, pods: 20 } }] }
  behaviors:
${behaviors}
${more}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: front }
spec:
  selector: { matchLabels: { app: front } }
  template: { metadata: { labels: { app: front } }, spec: { nodeName: node-0, containers: [{ name: main, image: front, resources: { limits: { cpu: 100m } } }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: front }, spec: { selector: { app: front }, ports: [{ port: 80 }] } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: back }
spec:
  selector: { matchLabels: { app: back } }
  template: { metadata: { labels: { app: back } }, spec: { nodeName: node-1, containers: [{ name: main, image: back }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: back }, spec: { selector: { app: back }, ports: [{ port: 80 }] } }
`;

const SOURCE =
  'traffic: [{ name: users, to: front, arrivals: { constant: { rate: 20/s } }, start: 10s, timeout: 300ms }]';

/** Mean seconds by phase of failed requests, and of failed calls to a Service, from 30 s on. */
function failed(text: string, scope: 'failed-source' | 'failed-service', name: string): Record<string, number> {
  const { world } = runScenario(text);
  const found = world.measure.traced!.breakdown.intervals.filter(
    ({ row }) => row.scope === scope && row.name === name && row.time_seconds > 30,
  );
  const count = found.reduce((all, { sum }) => all + sum.count, 0);
  expect(count).toBeGreaterThan(100);
  const means: Record<string, number> = {};
  for (const phase of phaseNames) {
    const seconds = found.reduce((all, { sum }) => all + sum.us[phases[phase]], 0) / count / 1e6;
    if (seconds > 1e-6) means[phase] = Math.round(1000 * seconds) / 1000;
  }
  return means;
}

it('in a queue that is too long', () => {
  const slow = '    - { image: front, startup: 0s, requests: { service: 100ms, concurrency: 1, queue: 1000 } }';
  expect(failed(scenario(slow, `  ${SOURCE}`), 'failed-source', 'users')).toEqual({ queue: 0.3 });
});

it('on the way to a machine that is dead', () => {
  const calls = `    - { image: front, startup: 0s, requests: { service: 10ms, concurrency: 100 }, calls: [{ service: back, timeout: 200ms }] }
    - { image: back, startup: 0s, requests: { service: 5ms } }`;
  const text = scenario(calls, `  ${SOURCE}\n  timeline: [{ at: 20s, fault: { NodeCrash: { node: node-1 } } }]`);
  expect(failed(text, 'failed-source', 'users')).toEqual({ network: 0.2, service: 0.01 });
  expect(failed(text, 'failed-service', 'front')).toEqual({ service: 0.01, downstream: 0.2 });
  expect(failed(text, 'failed-service', 'back')).toEqual({ network: 0.2 });
});

it('in the work of a call that is still under way when the request is given up', () => {
  const calls = `    - { image: front, startup: 0s, requests: { service: 10ms, concurrency: 100 }, calls: [{ service: back, timeout: 0s }] }
    - { image: back, startup: 0s, requests: { service: 2s, concurrency: 1000 } }`;
  const text = scenario(calls, `  ${SOURCE}`);
  expect(failed(text, 'failed-source', 'users')).toEqual({ service: 0.3 });
  expect(failed(text, 'failed-service', 'front')).toEqual({ service: 0.01, downstream: 0.29 });
});

it('in attempts before the last one', () => {
  const broken = '    - { image: front, startup: 0s, requests: { service: 20ms, concurrency: 100, errorRate: 1 } }';
  const text = scenario(
    broken,
    `  ${SOURCE.replace('timeout: 300ms', 'retries: { max: 2, backoff: 100ms, jitter: 0 }')}`,
  );
  // Two attempts and back-offs of 0.1 and 0.2 s.
  expect(failed(text, 'failed-source', 'users')).toEqual({ retries: 0.34, service: 0.02 });
});

it('in work that waits for processors', () => {
  const throttled =
    '    - { image: front, startup: 0s, requests: { service: 50ms, concurrency: 1000, compute: nodeShared } }';
  const means = failed(scenario(throttled, `  ${SOURCE}`), 'failed-source', 'users');
  expect(Object.values(means).reduce((all, one) => all + one)).toBeCloseTo(0.3, 2);
  // Two processors spend the 10 ms of each period of 100 ms in 5 ms; then the cgroup stands still.
  expect(means['throttled']).toBeCloseTo(0.285, 2);
  expect((means['service'] ?? 0) + (means['cpu_wait'] ?? 0)).toBeCloseTo(0.015, 2);
});

it('under a CPU limit, also in a burst of work that is not over', () => {
  const long =
    '    - { image: front, startup: 0s, requests: { service: 10s, concurrency: 1000, compute: nodeShared } }';
  const means = failed(scenario(long, `  ${SOURCE}`), 'failed-source', 'users');
  // A tenth of a processor, on a node on which nothing else runs: its cgroup stands still for most of the time.
  expect(means['cpu_wait'] ?? 0).toBe(0);
  expect(means['throttled']).toBeGreaterThan(0.24);
});

it('and traces say so of a burst that is still not over when the run ends', () => {
  const long =
    '    - { image: front, startup: 0s, requests: { service: 10s, concurrency: 1000, compute: nodeShared } }';
  const text = scenario(long, `  ${SOURCE}`).replace('{ sample: 1 }', '{ sample: 1, traces: 20 }');
  const { world } = runScenario(text);
  const [otlp] = traceFiles(world, { seed: 1, startSeconds: 0, version: '' });
  const throttled = [
    ...otlp.text.matchAll(/"wavetank.cpu.throttled_seconds","value":\{"doubleValue":([\d.e-]+)\}/g),
  ].map(([, seconds]) => Number(seconds));
  expect(throttled.length).toBeGreaterThan(10);
  // Work began up to 50 s ago, at a tenth of a processor on a node of two, and stands still for nearly all of each period.
  expect(Math.max(...throttled)).toBeGreaterThan(40);
  expect(Math.max(...throttled)).toBeLessThan(50);
});
