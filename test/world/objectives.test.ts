// What users are promised, measured: budgets and availability from the counts, recovery from the faults, requests lost against those that would have failed.
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { lines } from '../../src/results/csv.ts';
import { faultRows } from '../../src/world/objectives/outcome.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { runScenario } from '../support/world-rig.ts';

function run(more: string, objects = deployment('web', { replicas: 2 }) + service('web')) {
  return runScenario(scenario(3, more) + objects);
}

const TRAFFIC =
  'traffic: [{ name: users, to: web, arrivals: { constant: { rate: 50/s } }, start: 1m, timeout: 500ms }]';
const figuresOf = ({ verdicts }: ReturnType<typeof run>) =>
  Object.fromEntries(verdicts.map(({ expectation, actual }) => [expectation.measured, actual]));

describe('a Service whose pods all end at 3m', () => {
  const outcome = run(`  duration: 6m
  behaviors: [{ image: test/web, startup: 25s, requests: { service: 10ms } }]
  ${TRAFFIC}
  objectives: { availability: 0.99, latency: { p99: 400ms } }
  timeline: [{ at: 3m, fault: { PodCrash: { count: 2 } } }]
  expect: [recovery.duration > 0, recovery.mean > 0, requests.lost > 0, error_budget.burnt > 0, latency_budget.burnt >= 0, availability.requests < 1, availability.time < 1, availability.nines > 0]`);
  const found = figuresOf(outcome);
  const { summary, world } = outcome;
  const { series } = world.measure;
  const failed = series.reduce((sum, row) => sum + row.requests_failed, 0);
  const bad = series.filter((row) => row.requests_failed > 0.01 * (row.requests_failed + row.requests_completed));

  it('recovers when the processes listen again, to the end of the interval', () => {
    const last = bad.at(-1)?.time_seconds ?? Number.NaN;
    expect(bad[0].time_seconds).toBe(190);
    expect(found['recovery.duration']).toBe((last - 180) * 1e6);
    // A restart after a first crash comes at once, and the process starts for 25 s.
    expect(found['recovery.duration']).toBe(30e6);
    expect(found['recovery.mean']).toBe(found['recovery.duration']);
    expect(summary.recovery_duration_seconds).toBe(30);
  });

  it('lost every request that failed, as none did before', () => {
    expect(failed).toBeGreaterThan(1000);
    expect(found['requests.lost']).toBe(failed);
    expect(summary.requests_lost).toBe(failed);
  });

  it('has spent so much of its budget: one request in a hundred may fail', () => {
    const share = failed / (failed + summary.requests_completed_total);
    expect(found['error_budget.burnt']).toBeCloseTo(share / 0.01, 9);
    expect(summary.error_budget_burnt_ratio).toBeCloseTo(share / 0.01, 9);
    expect(found['availability.requests']).toBeCloseTo(1 - share, 12);
    expect(found['availability.nines']).toBeCloseTo(-Math.log10(share), 9);
    expect(found['availability.time']).toBeCloseTo(1 - bad.length / series.length, 12);
    expect(found['latency_budget.burnt']).toBe(0);
  });

  it('has a row in faults.csv', () => {
    const rows = faultRows(outcome.outcome, world.measure);
    const [row] = parse<Record<string, string>>(lines('faults', rows), {
      columns: ['at', 'fault', 'recovered', 'seconds', 'failed'],
    });
    expect(rows).toHaveLength(1);
    expect(row).toMatchObject({ at: '180', recovered: '1', seconds: '30', failed: String(failed) });
    expect(row['fault']).toMatch(/ended with exit code 1$/);
  });
});

it('what failed before the fault would have failed after it too', () => {
  const outcome = run(`  duration: 10m
  behaviors: [{ image: test/web, startup: 25s, requests: { service: 10ms, errorRate: 0.1 } }]
  ${TRAFFIC}
  timeline: [{ at: 5m, fault: { PodCrash: { count: 2 } } }]
  expect: [requests.lost > 0, recovery.duration > 0]`);
  const { 'requests.lost': lost = Number.NaN, 'recovery.duration': recovery } = figuresOf(outcome);
  const failed = outcome.world.measure.series.reduce((sum, row) => sum + row.requests_failed, 0);
  // About 25 s of 50 requests a second fail that would have been right with nine in ten.
  expect(lost).toBeGreaterThan(0.8 * 1125);
  expect(lost).toBeLessThan(1.2 * 1125 + 150);
  expect(lost).toBeLessThan(failed);
  // One in ten fails all the time, and the promise is one in a thousand: it never holds.
  expect(recovery).toBe(Infinity);
  expect(outcome.summary.recovery_duration_seconds).toBe(null);
});

it('latency that is promised is missed while half of the pods are away', () => {
  const probe = ', readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 }';
  const objects = deployment('web', { replicas: 2, fields: probe }) + service('web');
  const outcome = run(
    `  duration: 6m
  behaviors: [{ image: test/web, startup: 40s, requests: { service: 30ms, concurrency: 1 } }]
  ${TRAFFIC.replace('500ms', '5s')}
  objectives: { availability: 0.5, latency: { p90: 200ms } }
  timeline: [{ at: 3m, fault: { PodCrash: { count: 1 } } }]
  expect: [latency_budget.burnt during 3m..4m > 1, latency_budget.burnt during 1m..3m == 0, recovery.duration > 30s]`,
    objects,
  );
  expect(outcome.verdicts.map(({ pass }) => pass)).toEqual([true, true, true]);
});

describe('a scenario without requests', () => {
  it('recovers when every workload has its pods ready again', () => {
    const outcome = run(
      `  duration: 12m
  timeline: [{ at: 3m, fault: { NodeCrash: { node: node-0, for: 9m } } }]
  expect: [recovery.duration > 5m, availability.time < 1, availability.nines > 0]`,
      deployment('web', { replicas: 6 }),
    );
    expect(outcome.verdicts.map(({ pass }) => pass)).toEqual([true, true, true]);
    expect(outcome.summary.requests_lost).toBe(0);
    expect(outcome.summary.error_budget_burnt_ratio).toBe(null);
  });

  it('has no recovery and nothing lost without a fault', () => {
    const outcome = run(
      '  duration: 2m\n  expect: [recovery.duration >= 0, requests.lost >= 0, error_budget.burnt >= 0]',
      deployment('web'),
    );
    expect(outcome.verdicts.map(({ actual }) => actual)).toEqual([undefined, undefined, undefined]);
    expect(outcome.verdicts.map(({ pass }) => pass)).toEqual([false, false, false]);
  });

  it('is not looked at for pods where `ready` is 0', () => {
    const outcome = run(
      `  duration: 12m
  objectives: { ready: 0 }
  timeline: [{ at: 3m, fault: { NodeCrash: { node: node-0, for: 9m } } }]
  expect: [recovery.duration == 0s]`,
      deployment('web', { replicas: 6 }),
    );
    expect(outcome.verdicts.map(({ pass }) => pass)).toEqual([true]);
  });
});
