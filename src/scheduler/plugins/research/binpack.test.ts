// Binpack and QOSSort against the worked examples of the projects that they come from.
import { describe, expect, it } from 'vitest';
import { SchedulerCluster } from '../../../../test/support/scheduler-cluster.ts';
import type { NodeRow, PodRow } from '../../../model/rows.ts';
import { NodeList } from '../../framework/node-list.ts';
import { QueuedPods } from '../../framework/queued-pods.ts';
import { schedulerPlugins } from '../index.ts';

type Amounts = Readonly<Record<string, string>>;

const podOf = (name: string, requests: Amounts, limits: Amounts = {}, priorityValue = 0) => ({
  metadata: { name },
  spec: { priority: priorityValue, containers: [{ name: 'c', image: 'i', resources: { requests, limits } }] },
});

describe('Binpack gives the scores of binpack_test.go, TestNode', () => {
  const GPU = 'nvidia.com/gpu';
  const FOO = 'example.com/foo';
  const cluster = new SchedulerCluster();
  const sizes: Amounts[] = [
    { cpu: '2', memory: '4Gi' },
    { cpu: '4', memory: '16Gi', [GPU]: '4' },
    { cpu: '2', memory: '4Gi', [FOO]: '16' },
  ];
  for (const [at, allocatable] of sizes.entries()) {
    cluster.setNode({ metadata: { name: `n${at + 1}` }, status: { allocatable: { pods: '110', ...allocatable } } });
  }
  const p1 = cluster.addPod(podOf('p1', { cpu: '1', memory: '1Gi' }));
  const p2 = cluster.addPod(podOf('p2', { cpu: '1500m', memory: '0' }));
  const p3 = cluster.addPod(podOf('p3', { cpu: '2', memory: '10Gi', [GPU]: '2' }));
  const p4 = cluster.addPod(podOf('p4', { cpu: '3', memory: '4Gi', [FOO]: '3' }));
  // There they have their nodes already, and count among what is used.
  cluster.place(p1, 0 as NodeRow, false);
  cluster.place(p2, 2 as NodeRow, false);
  const nodes = new NodeList();
  nodes.ensure(3);
  for (let node = 0 as NodeRow; node < 3; node = (node + 1) as NodeRow) nodes.rows[node] = node;
  nodes.end = 3;

  // Without binpack.weight, by which Volcano multiplies all of them: 10 in the first example.
  const first = { cpu: 2, memory: 3, resources: { [GPU]: 7, [FOO]: 8 } };
  const second = { cpu: 1, memory: 1, resources: { [GPU]: 23 } };
  it.each([
    ['p1, first weights', p1, first, [70, 13.75, 15]],
    ['p2, first weights', p2, first, [0, 37.5, 0]],
    ['p3, first weights', p3, first, [0, 53.125, 0]],
    ['p4, first weights', p4, first, [0, 17.3076923076, 34.6153846153]],
    ['p1, second weights', p1, second, [75, 15.625, 12.5]],
    ['p2, second weights', p2, second, [0, 37.5, 0]],
    ['p3, second weights', p3, second, [0, 50.5, 0]],
    ['p4, second weights', p4, second, [0, 50, 50]],
    ['no weights at all', p4, { cpu: 0, memory: 0 }, [0, 0, 0]],
  ])('%s', (_, pod, args, expected) => {
    const scores = new Float64Array(3);
    schedulerPlugins.create('Binpack', args, cluster.handle).score?.(pod, nodes, scores);
    for (const [at, score] of scores.entries()) expect(score).toBeCloseTo(expected[at], 8);
  });
});

describe('QOSSort orders as queue_sort_test.go, TestSortLess', () => {
  const small = { cpu: '100m', memory: '100Mi' };
  const double = { cpu: '200m', memory: '200Mi' };
  type Side = readonly [priority: number, requests: Amounts, limits: Amounts, at: number];
  const best: Side = [0, {}, {}, 0];
  const burst: Side = [0, small, double, 0];
  const sure: Side = [0, small, small, 0];
  const later = ([priority, requests, limits]: Side): Side => [priority, requests, limits, 1e6];
  it.each<[string, Side, Side, boolean]>([
    ['the higher priority goes first', [100, {}, {}, 0], [50, {}, {}, 0], true],
    ['the lower priority does not', [50, {}, {}, 0], [80, {}, {}, 0], false],
    ['two BestEffort, the other is older', later(best), best, false],
    ['BestEffort after Guaranteed', best, sure, false],
    ['Burstable after Guaranteed', burst, sure, false],
    ['two Burstable, the other is older', later(burst), burst, false],
    ['Guaranteed before Burstable', sure, burst, true],
    ['two Guaranteed, the first is older', sure, later(sure), true],
    ['Burstable before BestEffort, however young', later(burst), best, true],
    ['priority before quality of service', [1, {}, {}, 0], sure, true],
  ])('%s', (_, a, b, expected) => {
    const cluster = new SchedulerCluster();
    const queue = new QueuedPods();
    queue.ensure(2 as PodRow);
    const rows = [a, b].map(([priority, requests, limits, at], index) => {
      const { row, podClass } = cluster.addPod(podOf(`p${index}`, requests, limits, priority));
      queue.podClass[row] = podClass.id;
      queue.priority[row] = priority;
      queue.timestamp[row] = at;
      return row;
    });
    expect(schedulerPlugins.create('QOSSort', {}, cluster.handle).less?.(rows[0], rows[1], queue)).toBe(expected);
  });
});
