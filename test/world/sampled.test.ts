// Sampled requests: the same figures from a part of the requests, none lost or invented, and full simulation wherever something changes.
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { regimeRows } from '../../src/world/regime-rows.ts';
import { runJob } from '../../src/world/run.ts';
import { sampledSentence } from '../../src/world/sampled-report.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';

const SHOP =
  scenarioOf(
    `  duration: 8m
  warmup: 30s
  cluster: { nodePools: [{ name: node, count: 6, zones: [a, b, c], capacity: { cpu: 8, memory: 16Gi, pods: 110 } }] }
  behaviors:
    - image: front
      requests: { service: { lognormal: { median: 5ms, sigma: 0.5 } }, concurrency: 512, compute: podShared, errorRate: 0.01 }
      calls: [{ service: back, count: 2 }]
    - { image: back, requests: { service: { exponential: { mean: 8ms } }, concurrency: 4, queue: 64 } }
  traffic: [{ name: users, to: front, arrivals: { poisson: { rate: 300/s } }, start: 20s, timeout: 1s }]
  timeline: [{ at: 5m, fault: { NodeCrash: { node: node-1, for: 60s } } }]`,
    'shop',
  ) +
  deployment('front', { image: 'front', replicas: 6 }) +
  service('front') +
  deployment('back', { image: 'back', replicas: 6 }) +
  service('back');

function run(text: string, set: readonly string[], seed = 1) {
  const loaded = loadScenario([{ file: 't.yaml', text }], { families: familySchemas(builtInFamilies), set });
  const job = { id: 'seed', seed, axes: [], set: [], loaded };
  return runJob(job, { families: builtInFamilies, check: true });
}

const SAMPLED = ['spec.trafficMode=sampled'];

describe('a shop that loses a node', () => {
  const full = run(SHOP, []);
  const sampled = run(SHOP, SAMPLED);
  const { sampled: record } = sampled;

  it('simulates a part of the requests and says so', () => {
    expect(full.sampled).toBeUndefined();
    expect(record?.requests_simulated_ratio).toBeGreaterThan(0.05);
    expect(record?.requests_simulated_ratio).toBeLessThan(0.6);
    expect(record === undefined ? '' : sampledSentence(record)).toMatch(/^\d+ % of the requests were simulated\. /);
    expect(sampled.events).toBeLessThan(0.6 * full.events);
  });

  it('has the figures of the full run', () => {
    const { summary } = sampled;
    // Poisson counts of 450 s · 300/s are within 1 %; the errors of the fault are met by requests that are simulated.
    expect(summary.requests_total / full.summary.requests_total).toBeCloseTo(1, 2);
    for (const [column, [low, high]] of Object.entries(record?.intervals ?? {})) {
      const value = /mean$|^cpu/.test(column) ? undefined : full.summary[column as 'requests_error_ratio'];
      if (value === undefined || value === null) continue;
      // Twice the interval: one seed in ten thousand is outside of it.
      expect(value).toBeGreaterThan(low - (high - low) / 2);
      expect(value).toBeLessThan(high + (high - low) / 2);
    }
    expect(Object.keys(record?.intervals ?? {})).toHaveLength(5);
  });

  it('counts calls, attempts and CPU of requests that are not simulated', () => {
    const { meters } = sampled.world.traffic;
    const { meters: others } = full.world.traffic;
    for (const meter of [0, 1, 2]) expect(meters.ended(meter) / others.ended(meter)).toBeCloseTo(1, 1);
    const cpu = (rows: readonly { cpu_usage_ratio: number | null }[]): number =>
      rows.reduce((sum, row) => sum + (row.cpu_usage_ratio ?? 0), 0);
    expect(cpu(sampled.world.measure.nodes) / cpu(full.world.measure.nodes)).toBeCloseTo(1, 1);
  });

  it('tells what each group of Services was at every time, and why', () => {
    const { world, summary } = sampled;
    const rows = [...regimeRows(world.traffic, record, 480e6)];
    // Until processes run nobody knows who calls whom.
    if (rows[0].services === 'default/front')
      rows.splice(
        0,
        rows.findIndex(({ services }) => services !== 'default/front'),
      );
    let atUs = rows[0].from_seconds * 1e6;
    expect(atUs).toBeLessThan(30e6);
    for (const { from_seconds: from, to_seconds: to, services, state, mean_error_ratio: error } of rows) {
      expect(services).toBe('default/front default/back');
      expect(from * 1e6).toBeCloseTo(atUs, 3);
      atUs = to * 1e6;
      if (state === 'expected') expect(error).toBeLessThanOrEqual(0.02);
      if (state === 'simulated') expect(error).toBeNull();
    }
    expect(atUs).toBe(480e6);
    expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBeGreaterThanOrEqual(summary.requests_total);
    // The node is lost; requests are simulated again so long before that some are in flight.
    const causes = rows.filter(({ state }) => state === 'simulated').map(({ cause, from_seconds: at }) => [cause, at]);
    expect(causes.some(([cause, at]) => cause === 'fault' && Number(at) >= 295 && Number(at) < 300)).toBe(true);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['simulated', 'measured', 'expected']));
    expect([...regimeRows(full.world.traffic, full.sampled, 480e6)]).toEqual([]);
  });

  it('is the same again', () => {
    const again = run(SHOP, SAMPLED);
    expect(again.digest).toBe(sampled.digest);
    expect(again.summary).toEqual(sampled.summary);
    expect(again.sampled).toEqual(record);
  });
});

it('leaves other components silent when something happens to one', () => {
  const pair =
    scenarioOf(
      `  duration: 6m
  behaviors: [{ image: '*', requests: { service: { exponential: { mean: 10ms } }, concurrency: 8 } }]
  traffic:
    - { name: to-one, to: one, arrivals: { poisson: { rate: 200/s } }, start: 20s }
    - { name: to-other, to: other, arrivals: { poisson: { rate: 200/s } }, start: 20s }
  timeline:
    - { at: 3m, scale: { deployment: one, replicas: 3 } }
    - { at: 4m, scale: { deployment: one, replicas: 4 } }`,
      'pair',
    ) + ['one', 'other'].map((name) => deployment(name, { replicas: 2 }) + service(name)).join('');
  const { world } = run(pair, SAMPLED);
  const regimes = world.traffic.sampling?.known.all ?? [];
  // Their shape is the same: what one is measured by, the other uses; only the one that is scaled has more regimes.
  const names = regimes.map(({ name }) => name);
  expect(names.filter((name) => name.endsWith('other')).length).toBeLessThanOrEqual(1);
  expect(names.filter((name) => name.endsWith('one')).length).toBeGreaterThanOrEqual(2);
});

it.each([
  ['named', 'timeline: [{ at: 3m, fault: { NodeCrash: { node: left-1 } } }]', 1],
  ['drawn', 'faults: [{ fault: { NodeCrash: { count: 1 } }, every: 3m }]', 1],
  ['drawn by another seed', 'faults: [{ fault: { NodeCrash: { count: 1 } }, every: 3m }]', 5],
])('simulates before the loss of a node (%s) those who are on it, and leaves others silent', (_, fault, seed) => {
  const sides = ['left', 'right'];
  const pools = sides.map(
    (side) => `{ name: ${side}, count: 2, labels: { side: ${side} }, capacity: { cpu: 8, memory: 16Gi } }`,
  );
  const text =
    scenarioOf(
      `  duration: 4m
  cluster: { nodePools: [${pools.join(', ')}] }
  behaviors: [{ image: '*', requests: { service: { exponential: { mean: 10ms } }, concurrency: 8 } }]
  traffic: [${sides.map((to) => `{ name: to-${to}, to: ${to}, arrivals: { poisson: { rate: 200/s } }, start: 20s, timeout: 1s }`).join(', ')}]
  ${fault}`,
      'sides',
    ) +
    sides
      .map((side) => deployment(side, { replicas: 2, pod: `, nodeSelector: { side: ${side} }` }) + service(side))
      .join('');
  const { world, sampled } = run(text, SAMPLED, seed);
  const rows = [...regimeRows(world.traffic, sampled, 240e6)];
  const { meters, sources } = world.traffic;
  const struck = sides.map((_side, i) => meters.ended(i) - meters.total(i, 0) > 0);
  expect(struck.filter(Boolean)).toHaveLength(1);
  expect(sources).toHaveLength(2);
  for (const [i, side] of sides.entries()) {
    const woken = rows.find(
      (row) => row.services === `default/${side}` && row.state !== 'expected' && row.from_seconds > 170,
    );
    if (!struck[i]) expect(woken).toBeUndefined();
    else {
      expect(woken?.cause).toBe('fault');
      // Half of the twenty times that a request takes.
      expect(woken?.from_seconds).toBeLessThan(180);
      expect(woken?.from_seconds).toBeGreaterThan(179);
    }
  }
});

it('goes on in silence when one of many endpoints comes or goes', () => {
  const many =
    scenarioOf(
      `  duration: 12m
  cluster: { nodePools: [{ name: node, count: 2, capacity: { cpu: 64, memory: 64Gi, pods: 110 } }] }
  behaviors: [{ image: '*', startup: 1s, requests: { service: { lognormal: { median: 20ms, sigma: 0.3 } }, concurrency: 8 } }]
  traffic: [{ name: users, to: one, arrivals: { poisson: { rate: 400/s } }, start: 40s }]
  timeline:
    - { at: 7m, scale: { deployment: one, replicas: 121 } }
    - { at: 9m, scale: { deployment: one, replicas: 119 } }`,
      'many',
    ) +
    deployment('one', {
      replicas: 120,
      fields: ', readinessProbe: { httpGet: { path: /, port: 80 } }, lifecycle: { preStop: { sleep: { seconds: 8 } } }',
    }) +
    service('one');
  const sampled = run(many, SAMPLED);
  const rows = [...regimeRows(sampled.world.traffic, sampled.sampled, 720e6)];
  const { from_seconds: from, state } = rows.at(-1) ?? rows[0];
  expect(state).toBe('expected');
  expect(from).toBeLessThan(420);
  const full = run(many, []);
  expect(sampled.summary.requests_failed_total).toBe(0);
  expect(full.summary.requests_failed_total).toBe(0);
  expect(sampled.summary.requests_total / full.summary.requests_total).toBeCloseTo(1, 2);
  // CPU of the last minute, by all pods that are there then.
  const cpu = (rows: readonly { cpu_usage_ratio: number | null }[]): number =>
    rows.slice(-2).reduce((sum, row) => sum + (row.cpu_usage_ratio ?? 0), 0);
  expect(cpu(sampled.world.measure.nodes) / cpu(full.world.measure.nodes)).toBeCloseTo(1, 1);
});

it.each([
  ['spec.behaviors[0].requests.compute=nodeShared', 'pods share the processors of their node'],
  ['spec.network.policies={"back":[{"Bulkhead":{}}]}', 'callers or servers have policies'],
])('simulates all requests with %s', (set, reason) => {
  const { sampled } = run(SHOP, [...SAMPLED, set, 'spec.duration=40s']);
  expect(sampled?.in_full).toEqual([reason]);
  expect(sampled?.requests_simulated_ratio).toBe(1);
});

it('simulates all requests where NetworkPolicies say who may connect', () => {
  const policy = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: all }
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{}] }
`;
  const { sampled } = run(SHOP + policy, [...SAMPLED, 'spec.duration=40s']);
  expect(sampled?.in_full).toEqual(['NetworkPolicies forbid connections']);
});

it.each(['0%', '100%', 'two', '2', '-1%'])('refuses the error %s', (error) => {
  expect(() => run(SHOP, [`spec.trafficError=${error}`])).toThrow(/trafficError: expected a share above 0 and below 1/);
});
