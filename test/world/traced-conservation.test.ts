// With everything on at once, the phases of each call that ended well add up to its latency, and edges count what Services count.
import { sum } from 'd3-array';
import { expect, it } from 'vitest';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { addPhases } from '../../src/traffic/traces/phases.ts';
import type { CallSpan } from '../../src/traffic/traces/spans.ts';
import { phaseNames, phases } from '../../src/world/traced/phase-columns.ts';
import { runJob } from '../../src/world/run.ts';
import { families, jobOf } from '../support/world-rig.ts';
import { EVERYTHING_TRACED } from './everything-traced.ts';

const ended: CallSpan[] = [];
const { world } = runJob(jobOf(EVERYTHING_TRACED), {
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
const seenFailing = new Float64Array(phaseNames.length);
let failed = 0;

it('the phases of each call are none below zero, and add up to its latency', () => {
  const wrong: unknown[] = [];
  for (const call of ended) {
    const us = new Float64Array(phaseNames.length);
    addPhases(call, us);
    const latencyUs = call.endUs - call.startUs;
    const { told } = call;
    for (const [phase, one] of us.entries()) (told === Outcome.Ok ? seen : seenFailing)[phase] += one;
    if (told !== Outcome.Ok) failed += 1;
    if (us.some((one) => one < -1e-3) || Math.abs(sum(us) - latencyUs) > 1e-3) wrong.push({ latencyUs, us: [...us] });
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(ended.length).toBeGreaterThan(50_000);
  expect(failed).toBeGreaterThan(500);
});

it('every phase happened', () => {
  expect(phaseNames.filter((name) => !(seen[phases[name]] > 0))).toEqual([]);
});

it('requests by phases take what the meters of their sources measured', () => {
  const { meters, sources } = traffic;
  for (const [source, { name }] of sources.entries()) {
    const all = traced.breakdown.intervals.filter((one) => one.meter === source);
    const rows = all.filter(({ row }) => row.scope === 'source');
    const lost = all.filter(({ row }) => row.scope === 'failed-source');
    const latencies = meters.latencies(source);
    expect([name, sum(rows, (one) => one.sum.count)]).toEqual([name, latencies.count]);
    expect(sum(rows, (one) => sum(one.sum.us)) / latencies.sum).toBeCloseTo(1, 9);
    // Those that failed: as many as were counted, and nothing of them is left unnamed further down.
    const { Ok, ...failures } = Outcome;
    const expected = sum(Object.values(failures), (outcome) => meters.total(source, outcome));
    expect([name, sum(lost, (one) => one.sum.count)]).toEqual([name, expected]);
    expect(meters.total(source, Ok)).toBeGreaterThan(0);
    for (const { sum: one } of lost) {
      expect(Math.abs(one.us[phases.downstream])).toBeLessThan(1e-3);
      expect(Math.min(...one.us)).toBeGreaterThan(-1e-3);
    }
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
