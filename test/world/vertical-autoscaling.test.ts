// A vertical pod autoscaler in whole runs: it measures, recommends, evicts, and new pods request what it recommended.
import { describe, expect, it } from 'vitest';
import type { VerticalPodAutoscaler } from '../../src/model/vertical-pod-autoscaler.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

const autoscaler = (spec: string): string => `---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: web }
spec: { targetRef: { apiVersion: apps/v1, kind: Deployment, name: web }${spec} }
`;

interface Given {
  readonly nodes?: number;
  /** What continues the container. */
  readonly fields?: string;
  readonly requests?: string;
  /** More objects. */
  readonly more?: string;
  readonly timeline?: string;
}

const REQUESTS = '{ requests: { cpu: 100m, memory: 128Mi } }';

/** Each pod uses 400 m and 300 MiB, and requests 100 m and 128 MiB where nothing else is given. */
const run = (
  spec: string,
  replicas = 4,
  { nodes = 4, fields = '', requests = REQUESTS, more = '', timeline = '' }: Given = {},
) =>
  runScenario(
    scenario(
      nodes,
      `  duration: 30m
  timeline: [${timeline}]
  behaviors:
    - { image: test/web, usage: { cpu: 400m, memory: 300Mi } }`,
    ) +
      deployment('web', { replicas, cpu: '100m', memory: '128Mi', fields }).replace(REQUESTS, requests) +
      autoscaler(spec) +
      more,
  );

type Run = ReturnType<typeof run>;

const recommendation = ({ world: { state } }: Run) => {
  const row = state.objects.find('VerticalPodAutoscaler', 'default', 'web');
  const { status } = state.objects.get(row) as VerticalPodAutoscaler;
  return status?.recommendation?.containerRecommendations[0];
};

const requests = ({ world: { state } }: Run): unknown[] => {
  const found: unknown[] = [];
  for (let pod = 0 as PodRow; pod < state.pods.length; pod = (pod + 1) as PodRow) {
    if (state.pods.alive[pod] === 0) continue;
    found.push(state.classes.get(state.pods.podClass[pod]).spec.containers[0]?.resources?.requests);
  }
  return found;
};

const evictions = (outcome: Run): number => eventsOf(outcome, 'EvictedByVPA').length;

describe('a LimitRange', () => {
  it('bounds what new pods request: they are not refused, and not evicted for ever', () => {
    const limits = '{ requests: { cpu: 100m, memory: 128Mi }, limits: { cpu: 200m } }';
    const range = `---
apiVersion: v1
kind: LimitRange
metadata: { name: l }
spec: { limits: [{ type: Container, max: { cpu: 500m } }] }
`;
    const outcome = run('', 4, { requests: limits, more: range });
    expect(eventsOf(outcome, 'FailedCreate')).toEqual([]);
    expect(requests(outcome)).toEqual(Array.from({ length: 4 }, () => expect.objectContaining({ cpu: '250m' })));
    const times = eventsOf(outcome, 'EvictedByVPA').map(({ time_seconds }) => time_seconds);
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...times)).toBeLessThan(15 * 60);
  });
});

describe('a LimitRange of pods', () => {
  it('bounds the sum of what new pods request', () => {
    const limits = '{ requests: { cpu: 100m, memory: 128Mi }, limits: { cpu: 200m } }';
    const range = `---
apiVersion: v1
kind: LimitRange
metadata: { name: l }
spec: { limits: [{ type: Pod, max: { cpu: 600m } }] }
`;
    const outcome = run('', 4, { requests: limits, more: range });
    expect(eventsOf(outcome, 'FailedCreate')).toEqual([]);
    const found = (requests(outcome) as { readonly cpu?: string }[]).map(({ cpu = '' }) => Number.parseInt(cpu, 10));
    // A limit of 600 m goes with a request of half of it; a millicore is lost to rounding.
    for (const milli of found) expect([299, 300]).toContain(milli);
    const times = eventsOf(outcome, 'EvictedByVPA').map(({ time_seconds }) => time_seconds);
    expect(Math.max(...times)).toBeLessThan(15 * 60);
  });
});

describe('Recreate', () => {
  it('recreates pods until they request what they use', () => {
    const outcome = run('');
    const { target } = recommendation(outcome) ?? {};
    // The bucket above 400 m, and a margin of 15 %; of memory that above 300 MiB.
    expect(Number.parseInt(target?.['cpu'] ?? '', 10)).toBeGreaterThan(460);
    expect(Number.parseInt(target?.['cpu'] ?? '', 10)).toBeLessThan(490);
    expect(Number(target?.['memory'])).toBeGreaterThan(1.15 * 300 * 2 ** 20);
    expect(Number(target?.['memory'])).toBeLessThan(1.25 * 300 * 2 ** 20);
    expect(requests(outcome)).toEqual([target, target, target, target]);
    expect(evictions(outcome)).toBe(4);
    const [told] = eventsOf(outcome, 'EvictedPod');
    expect(told).toMatchObject({ kind: 'VerticalPodAutoscaler' });
    expect(told.message).toMatch(/^VPA Updater evicted Pod \S+ to apply resource recommendation\.$/);
    expect(outcome.world.gauges.ready).toBe(4);
  });

  it('half of them at a time', () => {
    const ends = podsOf(run('')).flatMap(({ finished_seconds }) =>
      finished_seconds === null ? [] : [finished_seconds],
    );
    expect(ends).toHaveLength(4);
    const [first = 0, second = 0, third = 0] = ends.sort((a, b) => a - b);
    expect(second - first).toBeLessThan(5);
    expect(third - second).toBeGreaterThan(50);
  });

  it('leaves a single pod alone, unless it may', () => {
    expect(evictions(run('', 1))).toBe(0);
    expect(evictions(run(', updatePolicy: { minReplicas: 1 }', 1))).toBe(1);
  });

  it('stays within its policy', () => {
    const policy = `, resourcePolicy: { containerPolicies: [{ containerName: "*", maxAllowed: { cpu: 200m } }] }`;
    const outcome = run(policy);
    const { target, uncappedTarget } = recommendation(outcome) ?? {};
    expect(target?.['cpu']).toBe('200m');
    expect(uncappedTarget?.['cpu']).not.toBe('200m');
    expect(requests(outcome)).toEqual([target, target, target, target]);
  });
});

describe('InPlaceOrRecreate', () => {
  const inPlace = (more = ''): string => `, updatePolicy: { updateMode: InPlaceOrRecreate }${more}`;
  const atLeast = (cpu: string): string =>
    inPlace(`, resourcePolicy: { containerPolicies: [{ containerName: "*", minAllowed: { cpu: ${cpu} } }] }`);
  const resizes = (outcome: Run): number[] =>
    eventsOf(outcome, 'InPlaceResizedByVPA').map(({ time_seconds }) => time_seconds);
  const restarts = (outcome: Run): number[] => podsOf(outcome).map((pod) => pod.restarts);

  it('resizes pods without restarting them, half of them at a time', () => {
    const outcome = run(inPlace());
    const { target } = recommendation(outcome) ?? {};
    expect(requests(outcome)).toEqual([target, target, target, target]);
    expect(evictions(outcome)).toBe(0);
    expect(restarts(outcome)).toEqual([0, 0, 0, 0]);
    const [first = 0, second = 0, third = 0] = resizes(outcome);
    expect(resizes(outcome)).toHaveLength(4);
    expect(second - first).toBeLessThan(5);
    expect(third - second).toBeGreaterThan(50);
  });

  it('restarts containers whose policy says so', () => {
    const fields = ', resizePolicy: [{ resourceName: memory, restartPolicy: RestartContainer }]';
    const outcome = run(inPlace(), 4, { fields });
    expect(evictions(outcome)).toBe(0);
    expect(restarts(outcome)).toEqual([1, 1, 1, 1]);
  });

  it('leaves a single pod alone', () => {
    const outcome = run(inPlace(), 1);
    expect([evictions(outcome), resizes(outcome).length]).toEqual([0, 0]);
  });

  it('evicts a pod for which its node is too small', () => {
    const outcome = run(atLeast('5'), 2);
    // In the loop in which the first could be evicted the second is resized: one at a time.
    expect(eventsOf(outcome, 'ResizeInfeasible')).toHaveLength(2);
    const [resized = 0] = resizes(outcome);
    const [evicted] = eventsOf(outcome, 'EvictedByVPA');
    expect(evictions(outcome)).toBe(1);
    expect(evicted.time_seconds - resized).toBeGreaterThan(110);
    expect(evicted.time_seconds - resized).toBeLessThan(130);
  });

  it('evicts a pod for which there has been no room for five minutes', () => {
    const outcome = run(atLeast('2500m'), 2, { nodes: 1 });
    const [deferred] = eventsOf(outcome, 'ResizeDeferred');
    const [evicted] = eventsOf(outcome, 'EvictedByVPA');
    expect(evictions(outcome)).toBe(1);
    expect(evicted.time_seconds - deferred.time_seconds).toBeGreaterThan(360);
    expect(evicted.time_seconds - deferred.time_seconds).toBeLessThan(430);
  });

  it('evicts pods that the API server does not resize', () => {
    const outcome = run(inPlace(), 4, { requests: '{}' });
    expect(resizes(outcome)).toEqual([]);
    expect(evictions(outcome)).toBe(4);
  });
});

it.each([
  ['Recreate', 'EvictedByVPA'],
  ['InPlaceOrRecreate', 'InPlaceResizedByVPA'],
])('%s updates as many pods of a DaemonSet at a time as half of those that are ready', (mode, reason) => {
  const daemons = `---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: test/web, resources: ${REQUESTS} }] }
`;
  const behaviors = '  behaviors: [{ image: test/web, usage: { cpu: 400m, memory: 300Mi } }]';
  const outcome = runScenario(
    scenario(4, `  duration: 10m\n${behaviors}`) +
      daemons +
      autoscaler(`, updatePolicy: { updateMode: ${mode} }`).replace('kind: Deployment', 'kind: DaemonSet'),
  );
  const times = eventsOf(outcome, reason).map(({ time_seconds }) => time_seconds);
  expect(times).toHaveLength(4);
  expect(times[1] - times[0]).toBeLessThan(5);
  expect(times[2] - times[1]).toBeGreaterThan(50);
});

describe('other modes', () => {
  it('Off recommends and does nothing', () => {
    const outcome = run(', updatePolicy: { updateMode: "Off" }');
    expect(recommendation(outcome)?.target).toBeDefined();
    expect(evictions(outcome)).toBe(0);
    expect(requests(outcome)).toEqual(Array.from({ length: 4 }, () => ({ cpu: '100m', memory: '128Mi' })));
  });

  it('Initial is for new pods only', () => {
    const timeline = '{ at: 20m, scale: { kind: Deployment, name: web, replicas: 6 } }';
    const outcome = run(', updatePolicy: { updateMode: Initial }', 4, { timeline });
    expect(evictions(outcome)).toBe(0);
    const [old, made] = [requests(outcome).slice(0, 4), requests(outcome).slice(4)];
    expect(old).toEqual(Array.from({ length: 4 }, () => ({ cpu: '100m', memory: '128Mi' })));
    // What was recommended at the minute in which they came: nothing that pods use has changed since.
    expect(made).toEqual([recommendation(outcome)?.target, recommendation(outcome)?.target]);
    const off = run(', updatePolicy: { updateMode: "Off" }', 4, { timeline });
    expect(requests(off)).toEqual(Array.from({ length: 6 }, () => ({ cpu: '100m', memory: '128Mi' })));
  });

  it('a container that is Off is left out', () => {
    const outcome = run(', resourcePolicy: { containerPolicies: [{ containerName: main, mode: "Off" }] }');
    expect(recommendation(outcome)).toBeUndefined();
    expect(evictions(outcome)).toBe(0);
  });

  it('a target that does not exist is waited for', () => {
    const outcome = runScenario(scenario(1, '  duration: 5m') + autoscaler('').replaceAll('name: web', 'name: other'));
    expect(eventsOf(outcome, 'EvictedByVPA')).toEqual([]);
  });
});

it('tells over time what was recommended, requested and used', () => {
  const outcome = run('');
  const rows = [...outcome.world.measure.recommendations.rows()];
  const memory = rows.filter(({ resource }) => resource === 'memory');
  const [first] = memory;
  const last = memory.at(-1);
  // Before there are metrics nothing is recommended, and the guess of the template is requested.
  expect(first).toMatchObject({ container: 'main', pods: 4, target: null, requested: 128 * 2 ** 20 });
  expect(last?.target).toBe(Number(recommendation(outcome)?.target['memory']));
  expect(last).toMatchObject({ requested: last?.target, used: 300 * 2 ** 20 });
  const cpu = rows.filter(({ resource }) => resource === 'cpu');
  expect(cpu.at(-1)?.used).toBeCloseTo(0.4, 3);
  expect(cpu).toHaveLength(memory.length);
  for (const { lower_bound, target, upper_bound } of rows) {
    if (target === null) continue;
    expect(lower_bound).toBeLessThanOrEqual(target);
    expect(upper_bound).toBeGreaterThanOrEqual(target);
  }
});
