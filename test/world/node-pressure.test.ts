// Pressure of nodes over time: the condition, the taint that follows it, and how long both stay.
import { describe, expect, it } from 'vitest';
import { NodePressure } from '../../src/model/nodes.ts';
import { deployment, scenarioOf } from '../support/manifests.ts';
import { eventsOf, runScenario, worldOf } from '../support/world-rig.ts';

const TRANSITION = 3 * 60;

const text = (behavior: string, timeline: string): string =>
  scenarioOf(`  duration: 12m
  cluster: { nodePools: [{ name: node, count: 1, zones: [a], capacity: { cpu: 4, memory: 2Gi, pods: 30, ephemeral-storage: 20Gi } }] }
  kubelet: { cachedImages: ["*"], eviction: { pressureTransitionPeriod: 3m } }
  behaviors: [${behavior}]
  timeline: [${timeline}]
`) + deployment('web', { replicas: 1 });

/** Seconds at which the condition and the taint came and went, looked at each second. */
function spans(scenario: string, bit: number, key: string) {
  const { engine, state } = worldOf(scenario);
  const condition: number[] = [];
  const taint: number[] = [];
  for (let second = 1; second <= 720; second += 1) {
    engine.run(second * 1e6);
    if ((state.nodes.pressure[0] & bit) !== 0) condition.push(second);
    const taints = state.taintSets.get(state.nodes.taints[0]);
    if (taints.some((one) => one.key === key && one.effect === 'NoSchedule')) taint.push(second);
  }
  return [condition, taint].map((seconds) => {
    // Once, without a gap.
    expect(seconds.at(-1)).toBe(seconds[0] + seconds.length - 1);
    return { from: seconds[0], to: (seconds.at(-1) ?? 0) + 1 };
  });
}

const DISK = text(
  '',
  '{ at: 2m, fault: { DiskPressure: { node: node-0, share: 0.97, for: 2m } } }, { at: 5m, apply: { apiVersion: v1, kind: Pod, metadata: { name: late }, spec: { containers: [{ name: c, image: late }] } } }',
);
/** From 100 to 1,900 MiB in 3 min from the first minute on; one that is evicted is not made again. */
const MEMORY = text(
  '{ image: greedy, usage: { memory: [{ at: 0, value: 100Mi }, { at: 3m, value: 1900Mi }] } }',
  '{ at: 1m, apply: { apiVersion: v1, kind: Pod, metadata: { name: greedy }, spec: { containers: [{ name: c, image: greedy, resources: { requests: { memory: 200Mi } } }] } } }',
);

describe('a full disk', () => {
  const [condition, taint] = spans(DISK, NodePressure.Disk, 'node.kubernetes.io/disk-pressure');

  it('is a condition from the next look of the kubelet on, and for the transition period after the last', () => {
    // It looks every 10 s.
    expect(condition.from).toBeGreaterThanOrEqual(120);
    expect(condition.from).toBeLessThanOrEqual(132);
    expect(condition.to).toBeGreaterThanOrEqual(230 + TRANSITION);
    expect(condition.to).toBeLessThanOrEqual(240 + TRANSITION + 12);
  });

  it('is a taint as long', () => {
    expect(taint.from - condition.from).toBeGreaterThanOrEqual(0);
    expect(taint.from - condition.from).toBeLessThanOrEqual(2);
    expect(taint.to - condition.to).toBeGreaterThanOrEqual(0);
    expect(taint.to - condition.to).toBeLessThanOrEqual(2);
  });

  it('keeps pods away until it is gone', () => {
    const outcome = runScenario(DISK);
    const refused = eventsOf(outcome, 'FailedScheduling').find(({ name }) => name === 'late');
    expect(refused?.message).toContain('1 node(s) had untolerated taint(s)');
    const scheduled = eventsOf(outcome, 'Scheduled').find(({ name }) => name === 'late')?.time_seconds;
    expect(scheduled).toBeGreaterThanOrEqual(taint.to - 1);
    expect(scheduled).toBeLessThanOrEqual(taint.to + 2);
  });
});

describe('short memory', () => {
  const [condition, taint] = spans(MEMORY, NodePressure.Memory, 'node.kubernetes.io/memory-pressure');

  it('is a condition for the transition period after the last look that found it short', () => {
    expect(condition.to - condition.from).toBeGreaterThanOrEqual(TRANSITION - 12);
    expect(condition.to - condition.from).toBeLessThanOrEqual(TRANSITION + 24);
  });

  it('is a taint, which goes with it', () => {
    expect(taint.from - condition.from).toBeGreaterThanOrEqual(0);
    expect(taint.from - condition.from).toBeLessThanOrEqual(2);
    expect(taint.to - condition.to).toBeGreaterThanOrEqual(0);
    expect(taint.to - condition.to).toBeLessThanOrEqual(2);
  });
});
