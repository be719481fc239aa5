// What requests get from caches is in their traces: hits, old answers, and those that were fetched for somebody else.
import { expect, it } from 'vitest';
import { runScenario } from '../support/world-rig.ts';
import type { TraceSpan } from '../../src/world/traced/export/trace-span.ts';
import { spanOfCall } from '../../src/world/traced/export/trace-span.ts';
import { Places } from '../../src/world/traced/export/places.ts';

const { world } = runScenario(`
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: cached }
spec:
  duration: 1m
  interval: 10s
  tracing: { sample: 1, traces: 500 }
  behaviors:
    - { image: web, startup: 0s, requests: { service: 1ms, concurrency: 100 }, calls: [{ service: back, cache: { entries: 100, ttl: 2s, hit: 300us, singleFlight: true } }] }
    - { image: back, startup: 0s, requests: { service: 50ms, concurrency: 100 } }
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 100/s } }, start: 20s, keys: { count: 10, zipf: 1 } }]
---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Pod, metadata: { name: web, labels: { app: web } }, spec: { containers: [{ name: main, image: web }] } }
  - { apiVersion: v1, kind: Pod, metadata: { name: back, labels: { app: back } }, spec: { containers: [{ name: main, image: back }] } }
  - { apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web }, ports: [{ port: 80 }] } }
  - { apiVersion: v1, kind: Service, metadata: { name: back }, spec: { selector: { app: back }, ports: [{ port: 80 }] } }
`);

function* within(span: TraceSpan): Generator<readonly [TraceSpan, TraceSpan]> {
  for (const child of span.children) {
    yield [child, span];
    yield* within(child);
  }
}

it('each request has one answer: from the cache, with somebody else, or by a call', () => {
  const { traffic, state } = world;
  const places = new Places(state, traffic);
  const seen = { hit: 0, shared: 0, call: 0 };
  for (const request of traffic.tracing!.tracer.keeper.kept()) {
    const all = [...within(spanOfCall(request, places.ofSource(0), places))];
    const cached = all.filter(([{ name }]) => name === 'cache back');
    const calls = all.filter(([{ name, kind }]) => name === 'GET back' && kind === 'client');
    expect(cached.length + calls.length).toBe(1);
    for (const [span, parent] of cached) {
      const what = String(span.attributes['wavetank.cache']) as 'hit' | 'shared';
      seen[what] += 1;
      if (what === 'hit') expect(span.endUs - span.startUs).toBeCloseTo(300, 6);
      else expect(span.endUs - span.startUs).toBeLessThanOrEqual(52_000);
      expect(span.startUs).toBeGreaterThanOrEqual(parent.startUs);
      expect(span.endUs).toBeLessThanOrEqual(parent.endUs);
    }
    seen.call += calls.length;
  }
  expect(seen.hit).toBeGreaterThan(200);
  expect(seen.shared).toBeGreaterThan(5);
  expect(seen.call).toBeGreaterThan(5);
});
