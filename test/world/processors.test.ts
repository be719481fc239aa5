// Pods that share the processors of nodes in a whole cluster: who is slower, what the metrics say, what is counted, and what is refused.
import { describe, expect, it } from 'vitest';
import { complaints, load } from '../scenario/tank.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { runScenario } from '../support/world-rig.ts';

const LIMITED = '100m }, limits: { cpu: 1';

function run(spec: string, manifests: string) {
  return runScenario(scenario(1, spec) + manifests);
}

const spec = (more = '', requests = '') => `  duration: 3m
  warmup: 30s
  interval: 10s
  preset: ideal
  behaviors:
    - { image: test/a, requests: { service: { constant: 50ms }, concurrency: 32, compute: nodeShared${requests} }${more} }
    - { image: test/b, requests: { service: { constant: 50ms }, concurrency: 32, compute: nodeShared } }
  traffic:
    - { name: a, to: a, arrivals: { poisson: { rate: 8/s } }, timeout: 10s }
    - { name: b, to: b, arrivals: { poisson: { rate: 60/s } }, timeout: 10s, start: 90s }
  expect: [service.a.p99 during 30s..80s > 0, service.a.p99 during 90s..3m > 0, service.a.mean > 0]
`;

const two = (a: string, b: string) =>
  deployment('a', { cpu: a }) + service('a') + deployment('b', { cpu: b }) + service('b');

describe('in a cluster', () => {
  it('a pod with a large request is not hurt by a neighbour, one with a small request is', () => {
    // 60/s × 50 ms are 3 CPUs of 4, with bursts above.
    const [guarded, hurt] = [two('2', '100m'), two('1m', '2')].map((manifests) => {
      const { verdicts } = run(spec(), manifests);
      return verdicts.map(({ actual }) => actual ?? 0);
    });
    expect(guarded[1]).toBeLessThan(1.3 * guarded[0]);
    expect(hurt[1]).toBeGreaterThan(1.5 * guarded[1]);
  });

  it('a limit throttles, is counted, and CPU is what the work took', () => {
    const { world } = run(spec(), two(LIMITED, '100m'));
    const { throttling } = world.measure;
    const rows = (throttling?.rows ?? []).filter(({ workload }) => workload === 'a');
    expect(rows.length).toBe(18);
    expect(rows.reduce((sum, row) => sum + row.container_cpu_cfs_throttled_periods, 0)).toBeGreaterThan(20);
    for (const row of rows) {
      expect(row.container_cpu_cfs_throttled_periods).toBeLessThanOrEqual(row.container_cpu_cfs_periods);
      expect(row.container_cpu_cfs_periods).toBeLessThanOrEqual(101);
    }
    // The other pod has no limit, and no row.
    expect(throttling?.rows.some(({ workload }) => workload === 'b')).toBe(false);
  });

  it('a resize in place lifts the limit of a container that runs', () => {
    const pod = `---
apiVersion: v1
kind: Pod
metadata: { name: a, labels: { app: a } }
spec: { containers: [{ name: c, image: test/a, resources: { requests: { cpu: 100m }, limits: { cpu: 500m } } }] }
`;
    const patch = '{ spec: { containers: [{ name: c, resources: { limits: { cpu: "4" } } }] } }';
    const timeline = `  timeline: [{ at: 90s, patch: { kind: Pod, name: a, subresource: resize, patch: ${patch} } }]\n`;
    const { world } = run(spec() + timeline, pod + service('a') + deployment('b') + service('b'));
    const throttled = (from: number, to: number) =>
      (world.measure.throttling?.rows ?? [])
        .filter((row) => row.workload === 'a' && row.time_seconds > from && row.time_seconds <= to)
        .reduce((sum, row) => sum + row.container_cpu_cfs_throttled_periods, 0);
    // Eight requests of 50 ms a second are 0.4 CPUs: a quota of 0.5 binds when two come together, one of 4 never does.
    expect(throttled(30, 90)).toBeGreaterThan(50);
    expect(throttled(100, 180)).toBe(0);
  });

  it('a container killed while it is throttled leaves nothing behind', () => {
    const timeline = `  timeline: [{ at: 1m, fault: { PodCrash: { deployment: a, count: 1 } } }]\n`;
    const { world } = run(spec(', usage: { cpu: 900m }') + timeline, two(LIMITED, '100m'));
    expect(world.traffic.counts).toBeDefined();
  });
});

describe('is refused', () => {
  const wrong = (requests: string, more = '') =>
    complaints(() => load(scenario(1, spec(more, requests)) + two('1', '1'), {}, []));
  it.each([
    [', service: { cpu: 1ms }', '', 'wait: is required'],
    [', cpu: 1ms, order: fifo', '', 'order'],
    [', model: actors', '', 'expected one of threads, eventLoop'],
    [', model: eventLoop, order: preemptivePriority', '', 'does not go with requests that wait or with an event loop'],
    ['', ', warmup: { for: 30s, factor: 0.5 }', 'factor: expected a number of at least 1'],
    ['', ', gc: { every: 0, work: 1ms }', 'above 0'],
    ['', ', gc: { every: 1s, work: 1ms, threads: 65 }', 'threads'],
    ['', ', gc: { every: 1s, wrk: 1ms }', 'did you mean'],
  ])('%s%s', (requests, more, said) => {
    const text = requests.startsWith(', service')
      ? spec(more, '').replace('service: { constant: 50ms }', requests.slice(2))
      : spec(more, requests);
    expect(complaints(() => load(scenario(1, text) + two('1', '1'), {}, []))).toContain(said);
  });
  it('a static CPU manager where nothing is reserved', () => {
    const text = (scenario(1, `${spec()}  kubelet: { cpuManagerPolicy: static }\n`) + two('1', '1')).replace(
      'pods: 110 }',
      'pods: 110 }, systemReserved: {}',
    );
    expect(complaints(() => load(text, {}, []))).toContain('systemReserved: must have cpu above 0');
    expect(wrong('')).toBe('');
  });
});
