// Fragmentation of worked examples: what is free where a typical pod does not fit, by all that is free.
import { expect, it } from 'vitest';
import { ClusterState } from '../model/state.ts';
import { Fragmentation } from './fragmentation.ts';

const GIB = 2 ** 30;

/** Nodes of 4 CPUs, 16 GiB and 3 pods with so many CPUs and GiB in use; pods created by size. */
function measured(
  used: readonly [cpu: number, gib: number, pods: number][],
  created: readonly [string, string, number][],
) {
  const state = new ClusterState('test');
  const amounts = { cpu: 4000, memory: 16 * GIB, pods: 3 };
  const plain = { labels: {}, taints: [], unschedulable: false, hourlyCost: 0 };
  for (const index of used.keys()) {
    state.addNode({ name: `n-${index}`, ...plain, capacity: amounts, allocatable: amounts }, 0);
  }
  const createdOf: number[] = [];
  let sum = 0;
  for (const [cpu, memory, count] of created) {
    const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu, memory } } }];
    createdOf[state.classes.intern('default', { spec: { containers } }).id] = count;
    sum += count;
  }
  const fragmentation = new Fragmentation(state, {
    created: sum,
    createdOf,
    cpuMilli: Float64Array.from(used, ([cpu]) => cpu * 1000),
    memoryBytes: Float64Array.from(used, ([, gib]) => gib * GIB),
    pods: Int32Array.from(used, ([, , pods]) => pods),
  });
  fragmentation.measure();
  return fragmentation;
}

it('is the mean over typical pods of what is free where they do not fit', () => {
  // Free: (1 CPU, 8 GiB), (4 CPUs, 16 GiB), (3 CPUs, 1 GiB). A pod in four is (2 CPUs, 2 GiB) and fits on the second alone; the others are
  // (0.5, 1) and fit everywhere. CPU: ¼ · (1 + 3) / 8; memory: ¼ · (8 + 1) / 25.
  const { cpu, memory } = measured(
    [
      [3, 8, 1],
      [0, 0, 0],
      [1, 15, 1],
    ],
    [
      ['2', '2Gi', 1],
      ['500m', '1Gi', 3],
    ],
  );
  expect(cpu).toBeCloseTo(1 / 8, 12);
  expect(memory).toBeCloseTo(9 / 100, 12);
});

it('counts what is free on a node that has all the pods that it may have', () => {
  const { cpu } = measured(
    [
      [1, 0, 3],
      [3, 0, 1],
    ],
    [['100m', '1Mi', 1]],
  );
  expect(cpu).toBeCloseTo(3 / 4, 12);
});

it('is 0 where everybody fits, 1 where nobody does', () => {
  expect(measured([[3, 0, 1]], [['1', '1Gi', 5]]).cpu).toBe(0);
  expect(measured([[3, 0, 1]], [['1001m', '1Gi', 5]]).cpu).toBe(1);
});

it('is nothing to measure without pods, without nodes, and where nothing is free', () => {
  expect(measured([[1, 1, 1]], []).cpu).toBeUndefined();
  expect(measured([], [['1', '1Gi', 1]]).cpu).toBeUndefined();
  expect(measured([[4, 1, 1]], [['1', '1Gi', 1]]).cpu).toBeUndefined();
  // An overbooked node has nothing free, and not less.
  expect(measured([[5, 1, 1]], [['1', '1Gi', 1]]).cpu).toBeUndefined();
});
