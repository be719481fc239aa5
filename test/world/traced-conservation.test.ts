// With everything on at once, the phases of each call that ended well add up to its latency, and edges count what Services count.
import { sum } from 'd3-array';
import { expect, it } from 'vitest';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { addPhases } from '../../src/traffic/traces/phases.ts';
import type { CallSpan } from '../../src/traffic/traces/spans.ts';
import { phaseNames, phases } from '../../src/world/traced/phase-columns.ts';
import { runJob } from '../../src/world/run.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { families, jobOf } from '../support/world-rig.ts';

const TEXT =
  scenario(
    4,
    `  duration: 4m
  interval: 10s
  tracing: { sample: 1 }
  dns: { service: dns, timeout: 200ms, loss: 0.01 }
  behaviors:
    - image: test/front
      requests: { service: { cpu: { exponential: { mean: 2ms } }, wait: 1ms, turns: 2 }, concurrency: 16, compute: podShared, errorRate: 0.02 }
      gc: { every: 2s, work: 20ms, threads: 1 }
      warmup: { for: 20s, factor: 3 }
      calls:
        - { service: back, count: 2, parallel: true, timeout: 300ms, retries: { max: 2, backoff: 10ms }, policies: [{ Bulkhead: { maxConcurrentCalls: 4, maxWaitDuration: 50ms } }] }
        - { service: cache, parallel: true, timeout: 100ms, policies: [{ Hedging: { hedgingDelay: 5ms } }, { Fallback: { takes: 1ms } }] }
        - { service: store, timeout: 200ms, probability: 0.5, policies: [{ EnvoyCircuitBreakers: { maxConnections: 1, maxRequests: 20 } }, { Retry: { maxAttempts: 2, waitDuration: 5ms } }] }
    - image: test/back
      requests: { service: { exponential: { mean: 8ms } }, concurrency: 4, queue: 16, compute: nodeShared }
      policies: [{ AIMDLimit: { initialLimit: 30 } }]
      calls: [{ service: cache, probability: 0.3, timeout: 100ms }]
    - { image: test/cache, requests: { service: { hyperexponential: { mean: 3ms, scv: 8 } }, concurrency: 4, queue: 50, order: preemptivePriority }, policies: [{ QueueLimit: { length: 40 } }] }
    - { image: test/store, requests: { service: { exponential: { mean: 4ms } }, model: eventLoop, concurrency: 50, compute: nodeShared } }
    - { image: test/shadow, requests: { service: 5ms }, calls: [{ service: cache }] }
    - { image: test/dns, startup: 0s, requests: { service: 200us, concurrency: 10 } }
  traffic:
    - { name: users, to: front, arrivals: { poisson: { rate: 60/s } }, start: 30s, timeout: 1s, retries: { max: 1 }, policies: [{ Deadline: { timeout: 1500ms } }] }
    - { name: batch, to: cache, arrivals: { poisson: { rate: 100/s } }, start: 30s, timeout: 300ms, priority: 5 }
  timeline:
    - { at: 70s, fault: { SlowPod: { deployment: back, count: 1, factor: 4, for: 30s } } }
    - { at: 80s, fault: { ContainerHang: { deployment: cache, count: 1, for: 5s } } }
    - { at: 110s, fault: { PodCrash: { deployment: back, count: 2 } } }
    - { at: 150s, fault: { NodeCrash: { count: 1, for: 30s } } }`,
  ) +
  [
    deployment('front', { replicas: 3 }),
    deployment('back', { replicas: 3, cpu: '100m }, limits: { cpu: 400m' }),
    deployment('cache', { replicas: 2 }),
    deployment('store', { replicas: 2 }),
    deployment('shadow'),
    deployment('dns'),
    ...['front', 'back', 'cache', 'store', 'shadow', 'dns'].map((name) => service(name)),
  ].join('') +
  `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec: { hosts: [back], http: [{ route: [{ destination: { host: back } }], mirror: { host: shadow }, mirrorPercentage: { value: 20 } }] }
`;

const ended: CallSpan[] = [];
const { world } = runJob(jobOf(TEXT), {
  families,
  check: true,
  onWorld: ({ traffic }) => {
    const { sums } = traffic.tracing!.tracer;
    const hear = sums.ended.bind(sums);
    sums.ended = (call) => {
      ended.push(call);
      hear(call);
    };
  },
});
const { traffic, measure } = world;
const traced = measure.traced!;
const seen = new Float64Array(phaseNames.length);

it('the phases of each call are none below zero, and add up to its latency', () => {
  const wrong: unknown[] = [];
  for (const call of ended) {
    if (call.told !== Outcome.Ok) continue;
    const us = new Float64Array(phaseNames.length);
    addPhases(call, us);
    const latencyUs = call.endUs - call.startUs;
    for (const [phase, one] of us.entries()) seen[phase] += one;
    if (us.some((one) => one < -1e-3) || Math.abs(sum(us) - latencyUs) > 1e-3) wrong.push({ latencyUs, us: [...us] });
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(ended.length).toBeGreaterThan(50_000);
});

it('every phase happened', () => {
  expect(phaseNames.filter((name) => !(seen[phases[name]] > 0))).toEqual([]);
});

it('requests by phases take what the meters of their sources measured', () => {
  const { meters, sources } = traffic;
  for (const [source, { name }] of sources.entries()) {
    const rows = traced.breakdown.intervals.filter((one) => one.meter === source);
    const latencies = meters.latencies(source);
    expect([name, sum(rows, (one) => one.sum.count)]).toEqual([name, latencies.count]);
    expect(sum(rows, (one) => sum(one.sum.us)) / latencies.sum).toBeCloseTo(1, 9);
  }
});

it('the edges to a Service count what it counts', () => {
  const { meters } = traffic;
  const { edges } = traced;
  for (const meter of traffic.services.meter) {
    const rows = edges.intervals.filter(({ edge }) => edges.calleeOf(edge) === meter);
    const ok = rows.reduce((all, { row }) => all + row.calls - row.errors, 0);
    const name = meters.names[meter];
    expect([name, sum(rows, ({ row }) => row.attempts)]).toEqual([name, meters.total(meter, Tally.Attempts)]);
    expect([name, sum(rows, ({ begun }) => begun)]).toEqual([name, meters.total(meter, Tally.Begun)]);
    expect([name, ok]).toEqual([name, meters.total(meter, Outcome.Ok)]);
  }
});

it('knows who calls whom', () => {
  const pairs = new Set(traced.edges.intervals.map(({ row }) => `${row.caller_kind} ${row.caller} → ${row.service}`));
  expect([...pairs].toSorted()).toEqual([
    'mirror  → cache',
    'mirror  → dns',
    'service back → cache',
    'service back → dns',
    'service front → back',
    'service front → cache',
    'service front → dns',
    'service front → store',
    'source batch → cache',
    'source users → front',
  ]);
});

it('pods are busy as Little’s law has it, and all of their requests are counted', () => {
  const { rows } = traced.saturation;
  expect(rows.every(({ busy_ratio }) => busy_ratio === null || (busy_ratio >= 0 && busy_ratio <= 1 + 1e-9))).toBe(true);
  const answered = sum(
    rows.filter(({ workload }) => workload === 'store'),
    ({ requests }) => requests,
  );
  const attempts = sum(
    traced.edges.intervals.filter(({ row }) => row.service === 'store'),
    ({ row }) => row.attempts,
  );
  // Attempts at a pod that is gone are nobody's requests.
  expect(answered).toBeGreaterThan(0.9 * attempts);
  expect(answered).toBeLessThanOrEqual(attempts);
});
