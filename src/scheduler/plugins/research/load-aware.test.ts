// TargetLoadPacking and LoadVariationRiskBalancing against the examples of kubernetes-sigs/scheduler-plugins, pkg/trimaran; then what they hear of loads.
import { describe, expect, it } from 'vitest';
import { SchedulerCluster } from '../../../../test/support/scheduler-cluster.ts';
import type { NodeRow } from '../../../model/rows.ts';
import type { Plugin } from '../../framework/interface.ts';
import { NodeList } from '../../framework/node-list.ts';
import { PodInfo } from '../../framework/pod-info.ts';
import { schedulerPlugins } from '../index.ts';
import { riskScore } from './load-variation-risk-balancing.ts';
import { predictedMilli, targetLoadScore } from './target-load-packing.ts';
import { WindowOfSamples } from './window-of-samples.ts';

describe('TargetLoadPacking, with the target 40', () => {
  it.each([
    // targetloadpacking_test.go: a new node, a hot node, one that would be beyond all it has.
    [0, 40],
    [50, 33],
    [130, 0],
    // 60 · percent / 40 + 40 up to the target, 40 · (100 − percent) / 60 from there on.
    [20, 70],
    [40, 100],
    [41, 39],
    [100, 0],
  ])('%d %% of CPU: %d', (percent, score) => {
    expect(targetLoadScore(percent, 40)).toBe(score);
  });

  it.each([
    ['a container that says nothing', [{}], 1000],
    ['a request, by the multiplier', [{ requests: { cpu: '300m' } }], 450],
    ['a limit, as it is', [{ requests: { cpu: '300m' }, limits: { cpu: '2' } }], 2000],
    ['all of them together', [{}, { requests: { cpu: '1' } }, { limits: { cpu: '100m' } }], 2600],
  ])('predicts the use of %s', (_, containers, milli) => {
    const spec = { containers: containers.map((resources, at) => ({ name: `c${at}`, image: 'i', resources })) };
    const { podClass } = new SchedulerCluster().addPod({ metadata: { name: 'p' }, spec });
    expect(predictedMilli(podClass, 1.5, 1000)).toBe(milli);
    const overhead = { ...podClass, spec: { ...podClass.spec, overhead: { cpu: '10m' } } };
    expect(predictedMilli(overhead, 1.5, 1000)).toBe(milli + 10);
  });
});

describe('LoadVariationRiskBalancing', () => {
  const load = (mean: number, deviation: number, request = 10, capacity = 100) => ({
    capacity,
    request,
    mean,
    deviation,
  });
  it.each([
    // analysis_test.go, TestComputeScore.
    ['valid data', load(40, 36), 1, 1, 57],
    ['no capacity', load(40, 36, 10, 0), 1, 2, 0],
    ['a negative mean', load(-40, 36), 1, 2, 65],
    ['a mean above capacity', load(200, 36), 1, 2, 20],
    ['a negative deviation', load(40, -36), 1, 2, 75],
    ['a deviation above capacity', load(40, 120), 1, 2, 25],
    ['a negative margin', load(40, 36), -1, 1, 75],
    ['a negative sensitivity', load(40, 36), 1, -1, 57],
    ['the sensitivity 0', load(40, 36), 1, 0, 75],
    // loadvariationriskbalancing_test.go, TestScore: CPU of a node of 1000m, memory of one of 1 Gi.
    ['a node half in use', load(500, 0, 0, 1000), 1, 1, 75],
    ['a hot node', load(1000, 0, 0, 1000), 1, 1, 50],
    ['mean and deviation', load(300, 160, 200, 1000), 1, 1, 67],
    ['memory of a pod that takes the rest', load(512, 102.4, 512, 1024), 1, 1, 45],
    ['CPU that is nearly used up', load(800, 200, 100, 1000), 1, 1, 45],
  ])('scores %s', (_, resource, margin, sensitivity, score) => {
    expect(Math.round(riskScore(resource, margin, sensitivity))).toBe(score);
  });
});

it('the window has mean and deviation of 15 minutes, CPU as rates over 3 minutes, and forgets a node that is gone', () => {
  const window = new WindowOfSamples();
  const none = NaN;
  // Older than 15 minutes: it does not count.
  window.add(Float64Array.of(90, 90), Float64Array.of(90, 90));
  for (let i = 0; i < 30; i += 1) window.add(Float64Array.of(10, 10), Float64Array.of(i % 2 === 0 ? 20 : 40, 10));
  const { cpu, memory, memoryDeviation } = window.statistics();
  expect([memory[0], memoryDeviation[0]]).toEqual([30, 10]);
  // Five rates have a sixth, a fifth … of the 90 in them: (90 + 10 (n − 1)) / n for n = 2 … 6.
  const rates = [2, 3, 4, 5, 6].map((n) => (90 + 10 * (n - 1)) / n);
  expect(cpu[0]).toBeCloseTo((rates.reduce((sum, rate) => sum + rate, 0) + 25 * 10) / 30, 10);
  window.add(Float64Array.of(10, none), Float64Array.of(20, none));
  expect(window.statistics().cpu[1]).toBeNaN();
});

/** A cluster of two nodes of 1000m and 1 Gi; a pod on the first one uses so much. */
function measured(name: string, args: object, milli: number) {
  const cluster = new SchedulerCluster();
  const allocatable = { cpu: '1', memory: '1Gi', pods: '110' };
  for (const node of ['loaded', 'idle']) cluster.setNode({ metadata: { name: node }, status: { allocatable } });
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  cluster.place(cluster.addPod({ metadata: { name: 'running' }, spec }), 0 as NodeRow, false);
  const resourceMetrics = { cpuMilli: () => milli, read: () => undefined };
  const plugin: Plugin = schedulerPlugins.create(name, args, {
    ...cluster.handle,
    resourceMetrics: () => resourceMetrics,
  });
  const nodes = new NodeList();
  nodes.ensure(2);
  nodes.rows.set([0, 1]);
  nodes.end = 2;
  const scoresAt = (seconds: number): number[] => {
    cluster.engine.run(seconds * 1e6);
    const scores = new Float64Array(2);
    plugin.score?.(new PodInfo(), nodes, scores);
    return [...scores];
  };
  return scoresAt;
}

describe('what is known of loads', () => {
  it('comes a minute and a half after the nodes, and then counts', () => {
    const scoresAt = measured('TargetLoadPacking', {}, 500);
    expect(scoresAt(89)).toEqual([0, 0]);
    // A pod without containers: 50 % and 0 %.
    expect(scoresAt(91)).toEqual([33, 40]);
    const riskAt = measured('LoadVariationRiskBalancing', {}, 500);
    expect(riskAt(89)).toEqual([0, 0]);
    expect(riskAt(91)).toEqual([75, 100]);
  });

  it('has no deviation where the load is steady, from Prometheus as well', () => {
    const scoresAt = measured('LoadVariationRiskBalancing', { metricProvider: { type: 'Prometheus' } }, 500);
    expect(scoresAt(1200)).toEqual([75, 100]);
  });

  it('is nothing where nothing is measured', () => {
    const cluster = new SchedulerCluster();
    const plugin = schedulerPlugins.create('TargetLoadPacking', {}, cluster.handle);
    const nodes = new NodeList();
    nodes.ensure(1);
    nodes.end = 1;
    const scores = Float64Array.of(7);
    plugin.score?.(new PodInfo(), nodes, scores);
    expect([...scores]).toEqual([0]);
  });
});
