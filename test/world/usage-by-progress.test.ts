// CPU that goes by the progress of work: the same curve over a long and a short piece of work, on a fast node, and taken up again from a checkpoint.
import { expect, it } from 'vitest';
import type { Compute } from '../../src/compute/compute.ts';
import type { NodeRow } from '../../src/model/rows.ts';
import { deployment, scenarioOf } from '../support/manifests.ts';
import { jobOf, worldOf } from '../support/world-rig.ts';

/** A quarter of the work on a quarter of a CPU, then two CPUs to its half, then one. */
const CURVE =
  '[{ progress: 0%, value: 250m }, { progress: 25%, value: 250m }, { progress: 25%, value: 2 }, { progress: 50%, value: 2 }, { progress: 50%, value: 1 }, { progress: 1, value: 1 }]';

const text = (run: string, more = '', usage = CURVE, compute = ''): string =>
  `${scenarioOf(`  preset: ideal
  duration: 1h
  cluster: { nodePools: [{ name: node, count: 1, capacity: { cpu: 4, memory: 16Gi, pods: 110 }${more} }] }
  behaviors:
    - { image: work, run: ${run}, usage: { cpu: ${usage} } }${compute}`)}---
apiVersion: batch/v1
kind: Job
metadata: { name: work }
spec: { template: { spec: { restartPolicy: OnFailure, containers: [{ name: main, image: work }] } } }
`;

/** CPU seconds of the node's pods at the end of these minutes. */
function used(scenario: string, ...minutes: number[]): number[] {
  const world = worldOf(scenario);
  return minutes.map((minute) => {
    world.engine.run(minute * 60e6);
    const { compute } = world.traffic.serving as unknown as { readonly compute: Compute };
    const us = compute.nodeUs(0 as NodeRow);
    return Math.round(us / 1e5) / 10;
  });
}

it('is stretched over the length of the work', () => {
  // 60 s at 0.25, 60 s at 2, 120 s at 1.
  expect(used(text('{ length: 4m }'), 1, 2, 3, 5)).toEqual([15, 135, 195, 255]);
  // Eight minutes: the same at half the pace.
  expect(used(text('{ length: 8m }'), 2, 4, 6, 9)).toEqual([30, 270, 390, 510]);
});

it('goes faster on a faster node', () => {
  const fast = ', labels: { wavetank/speed: "2" }';
  expect(used(text('{ work: 8m }', fast), 1, 2, 3, 5)).toEqual([15, 135, 195, 255]);
});

it('is taken up where the last checkpoint is', () => {
  // Half is saved after two minutes; what was done in the half minute until the crash is done again: 165 s, then 120 s.
  const crash = '\n  timeline: [{ at: 150s, fault: { PodCrash: { job: work } } }]';
  expect(used(text('{ length: 4m, checkpoint: 1m }', '', CURVE, crash), 2, 10)).toEqual([135, 285]);
});

it('is used no more by a process that has ended with grace', () => {
  const scenario = scenarioOf(`  preset: ideal
  duration: 1h
  cluster: { nodePools: [{ name: node, count: 1, capacity: { cpu: 4, memory: 16Gi, pods: 110 } }] }
  behaviors: [{ image: test/web, usage: { cpu: 1 } }]
  timeline: [{ at: 2m, scale: { deployment: web, replicas: 0 } }]`);
  expect(used(scenario + deployment('web'), 1, 3, 10)).toEqual([60, 120, 120]);
});

it('has no more than the limit of its container', () => {
  const limited = text('{ length: 4m }').replace(
    'image: work }]',
    'image: work, resources: { limits: { cpu: 500m } } }]',
  );
  expect(used(limited, 1, 2, 5)).toEqual([15, 45, 105]);
});

it.each([
  ['[{ progress: 50%, value: 1 }]', 'length', ''],
  [
    '[{ progress: 60%, value: 1 }, { progress: 50%, value: 1 }]',
    'must not be before the point above it',
    '{ length: 4m }',
  ],
  [
    '[{ progress: 50%, value: 1 }, { at: 1m, value: 1 }]',
    'expected { progress: 0% to 100%, value: quantity }',
    '{ length: 4m }',
  ],
  ['[{ progress: 150%, value: 1 }]', 'expected { progress: 0% to 100%, value: quantity }', '{ length: 4m }'],
])('%s is refused: %s', (usage, message, run) => {
  const written =
    run === '' ? text('{ length: 4m }', '', usage).replace('run: { length: 4m }, ', '') : text(run, '', usage);
  expect(() => jobOf(written)).toThrow(run === '' ? 'goes by `progress`, which only work has' : message);
});
