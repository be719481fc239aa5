// Containers are processes: each serves what comes at its own ports, with its own behaviour, and what it holds dies with it alone.
import { expect, it } from 'vitest';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { type FinishedRun, podsOf, runScenario } from '../support/world-rig.ts';

interface Given {
  /** What the helper's image does, beside its requests. */
  readonly helper?: string;
  /** The helper is a sidecar: an init container with restartPolicy Always. */
  readonly sidecar?: boolean;
  readonly replicas?: number;
  readonly service?: string;
  readonly timeline?: string;
}

/** An app at port 8080 (requests of 2 s) and a helper at port 9100 (requests of 500 ms), each behind a Service and called ten times a second. */
function run({ helper = '', sidecar = false, replicas = 1, service = '', timeline = '' }: Given): FinishedRun {
  return runScenario(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: pair }
spec:
  preset: ideal
  duration: 3m
  cluster: { nodePools: [{ name: node, count: 2, zones: [a] }] }
  behaviors:
    - { image: app, requests: { service: { constant: 2s }, concurrency: 1000 } }
    - { image: helper, requests: { service: { constant: 500ms }, concurrency: 1000 }${helper} }
  traffic:
    - { name: users, to: app, arrivals: { constant: { rate: 10/s } }, start: 5s, timeout: 20s }
    - { name: scrapes, to: helper, arrivals: { constant: { rate: 10/s } }, start: 5s, timeout: 20s }
  timeline: [${timeline}]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: pair }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: pair } }
  template:
    metadata: { labels: { app: pair } }
    spec:
      ${sidecar ? 'initContainers' : 'containers'}:
        - { name: helper, image: helper, ports: [{ name: stats, containerPort: 9100 }]${sidecar ? ', restartPolicy: Always' : ''} }
${sidecar ? '      containers:' : ''}
        - { name: app, image: app, ports: [{ containerPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: app }
spec: { selector: { app: pair }, ports: [{ port: 80, targetPort: 8080 }]${service} }
---
apiVersion: v1
kind: Service
metadata: { name: helper }
spec: { selector: { app: pair }, ports: [{ port: 80, targetPort: stats }]${service} }
`);
}

/** How the requests of a source ended. */
function ended({ world }: FinishedRun, source: number) {
  const { meters } = world.traffic;
  const count = (outcome: number): number => meters.total(source, outcome);
  return {
    ok: count(Outcome.Ok),
    refused: count(Outcome.Refused),
    reset: count(Outcome.Reset),
    other: count(Outcome.Error) + count(Outcome.Timeout) + count(Outcome.Overload),
    begun: meters.total(source, Tally.Begun),
  };
}

const restarts = ({ world }: FinishedRun): number[] => {
  const { pods, containers } = world.state;
  return [0, 1].map((index) => containers.restarts[pods.firstContainer[0] + index]);
};

it.each([
  ['a container', false],
  ['a sidecar', true],
])('leads each port to its container, by number and by name, also to %s', (_what, sidecar) => {
  const outcome = run({ replicas: 3, sidecar });
  const { meters } = outcome.world.traffic;
  for (const [source, seconds] of [2, 0.5].entries()) {
    const { ok, begun, ...failed } = ended(outcome, source);
    expect(failed).toEqual({ refused: 0, reset: 0, other: 0 });
    // What has begun in the last seconds is not over.
    expect(Math.abs(begun - ok - seconds * 10)).toBeLessThanOrEqual(1);
    meters.roll(source);
    expect(meters.latencies(source).quantile(0.5)).toBeCloseTo(seconds * 1e6, -5);
    expect(meters.latencies(source).mean).toBeCloseTo(seconds * 1e6, -5);
  }
});

it.each([
  ['container', false],
  ['sidecar', true],
])(
  'a %s does not touch the requests of its neighbour when it crashes, but the pod is not ready until it runs again',
  (_what, sidecar) => {
    const outcome = run({ helper: ', crash: { after: { constant: 10s } }', sidecar });
    const [app, helper] = [ended(outcome, 0), ended(outcome, 1)];
    expect(restarts(outcome)[0]).toBeGreaterThan(2);
    expect(restarts(outcome)[1]).toBe(0);
    // Every one that was sent was served; while the helper is down and backs off there is no endpoint.
    expect([app.reset, app.other]).toEqual([0, 0]);
    expect(app.refused).toBeGreaterThan(300);
    expect(app.ok).toBeGreaterThan(300);
    // The helper holds five when it crashes.
    expect(helper.reset).toBeGreaterThanOrEqual(5 * restarts(outcome)[0]);
    expect(podsOf(outcome).map(({ restarts: sum }) => sum)).toEqual([restarts(outcome)[0]]);
  },
);

it('serves while its neighbour is down, where a Service does not ask whether the pod is ready', () => {
  const outcome = run({
    helper: ', crash: { after: { constant: 10s } }',
    service: ', publishNotReadyAddresses: true',
  });
  const [app, helper] = [ended(outcome, 0), ended(outcome, 1)];
  expect([app.refused, app.reset, app.other]).toEqual([0, 0, 0]);
  expect(Math.abs(app.begun - app.ok - 20)).toBeLessThanOrEqual(1);
  // Nothing listens at the helper's port while it is down.
  expect(helper.refused).toBeGreaterThan(300);
});

it.each([
  ['containers', false],
  ['container and sidecar', true],
])('ends with what each of its %s holds, when it is deleted', (_what, sidecar) => {
  const outcome = run({ replicas: 2, sidecar, timeline: '{ at: 1m, scale: { deployment: pair, replicas: 1 } }' });
  for (const source of [0, 1]) {
    const { ok: _ok, begun: _begun, ...failed } = ended(outcome, source);
    expect(failed).toEqual({ refused: 0, reset: 0, other: 0 });
  }
});

it('has a fault strike its sidecar, which is counted behind its containers', () => {
  const outcome = run({
    sidecar: true,
    timeline: '{ at: 1m, fault: { PodCrash: { deployment: pair, container: 1 } } }',
  });
  // The sidecar is the pod's first row.
  expect(restarts(outcome)).toEqual([1, 0]);
  expect([ended(outcome, 0).reset, ended(outcome, 1).reset]).toEqual([0, 5]);
});

it.each([
  ['a container loses', false, 2],
  ['a sidecar, which gets its signal when all containers have ended, does not lose', true, 0],
])('%s what it holds when its pod is deleted, if it does not drain', (_what, sidecar, reset) => {
  const outcome = run({
    sidecar,
    replicas: 2,
    helper: ', shutdown: { drain: false }',
    timeline: '{ at: 1m, scale: { deployment: pair, replicas: 1 } }',
  });
  // The two pods hold five requests of the helper, this one two of them; its app has requests of 2 s to finish.
  expect([ended(outcome, 0).reset, ended(outcome, 1).reset]).toEqual([0, reset]);
});
