// Where first fit, best fit, worst fit, Tetris and least waste put a pod: small clusters with the arithmetic beside them.
import { describe, expect, it } from 'vitest';
import { SchedulerCluster } from '../../../../test/support/scheduler-cluster.ts';
import { CounterRandom } from '../../../engine/counter.ts';
import { Decision } from '../../decision.ts';
import { underPolicy } from '../../framework/profile/named-schedulers.ts';
import { schedulePod } from '../../schedule-pod.ts';
import { schedulerPlugins } from '../index.ts';
import type { PodInfo } from '../../framework/pod-info.ts';
import type { NodeRow } from '../../../model/rows.ts';

type Amounts = Readonly<Record<string, string>>;

class Bins {
  readonly cluster = new SchedulerCluster();
  #pods = 0;

  constructor(allocatable: readonly Amounts[]) {
    for (const [index, amounts] of allocatable.entries()) {
      this.cluster.setNode({
        metadata: { name: `n-${index}` },
        status: { allocatable: { pods: '110', ...amounts } },
      });
    }
  }

  pod(requests: Amounts): PodInfo {
    this.#pods += 1;
    const spec = { containers: [{ name: 'c', image: 'i', resources: { requests } }] };
    return this.cluster.addPod({ metadata: { name: `p-${this.#pods}` }, spec });
  }

  use(node: NodeRow, requests: Amounts): this {
    this.cluster.place(this.pod(requests), node, false);
    return this;
  }

  /** The node that the scheduler of a name chooses, -1 for none; and what each node scored. */
  decide(scheduler: string, pod: PodInfo, seed = 1): { node: number; scores: number[] } {
    const { cluster } = this;
    const framework = cluster.framework({
      profiles: [
        underPolicy({ schedulerName: 'default-scheduler' }, { name: scheduler, args: {} }, (name, args) =>
          schedulerPlugins.create(name, args, cluster.handle),
        ),
      ],
    });
    const decision = new Decision(cluster.cache, 'heap', new CounterRandom(seed, 'ties'));
    // Wherever the search begins.
    decision.nextStart = seed;
    schedulePod(decision, framework, pod);
    const { feasible, totals, node } = decision;
    const scores: number[] = [];
    for (let i = 0; i < feasible.end; i += 1) scores[feasible.rows[i]] = totals[i];
    return { node, scores };
  }
}

/** Three nodes of 10 CPU and 10 Gi; free shares (0.9, 0.2), (0.5, 0.5), (0.2, 1.0). The pod asks for (0.1, 0.1). */
function three(): { bins: Bins; pod: PodInfo } {
  const node = { cpu: '10', memory: '10Gi' };
  const bins = new Bins([node, node, node])
    .use(0 as NodeRow, { cpu: '1', memory: '8Gi' })
    .use(1 as NodeRow, { cpu: '5', memory: '5Gi' })
    .use(2 as NodeRow, { cpu: '8' });
  return { bins, pod: bins.pod({ cpu: '1', memory: '1Gi' }) };
}

const root = Math.sqrt;

describe('the score of each node', () => {
  // What is left: (0.8, 0.1), (0.4, 0.4), (0.1, 0.9).
  it.each<[string, number[], number]>([
    // 100 − 100·√((a² + b²) / 2)
    ['TightestFit', [100 - 100 * root(0.65 / 2), 100 - 100 * 0.4, 100 - 100 * root(0.82 / 2)], 1],
    ['WorstFit', [100 * root(0.65 / 2), 100 * 0.4, 100 * root(0.82 / 2)], 2],
    // 100·(0.1·free cpu + 0.1·free memory) / 2
    ['Tetris', [5 * (0.9 + 0.2), 5 * (0.5 + 0.5), 5 * (0.2 + 1)], 2],
    // 100 − 100·(a + b) / 2
    ['LeastWaste', [100 - 50 * 0.9, 100 - 50 * 0.8, 100 - 50 * 1], 1],
    ['FirstFit', [100, 0, 0], 0],
  ])('%s', (name, expected, chosen) => {
    const { bins, pod } = three();
    const { node, scores } = bins.decide(name, pod);
    expect(node).toBe(chosen);
    for (const [index, score] of scores.entries()) expect(score).toBeCloseTo(expected[index], 9);
  });

  it('differs between best fit and least waste: the length of what is left, and its sum', () => {
    // Free (0.5, 0.5) and (0.8, 0.1): lengths √0.25 < √0.325, sums 1.0 > 0.9.
    const bins = new Bins([
      { cpu: '10', memory: '10Gi' },
      { cpu: '10', memory: '10Gi' },
    ])
      .use(0 as NodeRow, { cpu: '5', memory: '5Gi' })
      .use(1 as NodeRow, { cpu: '2', memory: '9Gi' });
    const pod = bins.pod({});
    expect(bins.decide('TightestFit', pod).node).toBe(0);
    expect(bins.decide('LeastWaste', pod).node).toBe(1);
  });

  it('of Tetris turns with the demand', () => {
    // Free (0.9, 0.3) and (0.3, 0.9): a pod of CPU goes to the first, a pod of memory to the second.
    const bins = new Bins([
      { cpu: '10', memory: '10Gi' },
      { cpu: '10', memory: '10Gi' },
    ])
      .use(0 as NodeRow, { cpu: '1', memory: '7Gi' })
      .use(1 as NodeRow, { cpu: '7', memory: '1Gi' });
    expect(bins.decide('Tetris', bins.pod({ cpu: '2', memory: '1Gi' })).node).toBe(0);
    expect(bins.decide('Tetris', bins.pod({ cpu: '1', memory: '2Gi' })).node).toBe(1);
  });

  it('is 0 on nodes without the resources, and within 0 to 100 on a node that is overbooked', () => {
    const bins = new Bins([{ cpu: '0', memory: '0' }, { cpu: '1', memory: '1Gi' }, {}]).use(1 as NodeRow, { cpu: '3' });
    for (const name of ['TightestFit', 'WorstFit', 'Tetris', 'LeastWaste', 'FirstFit']) {
      const { scores } = bins.decide(name, bins.pod({}));
      for (const score of scores) expect(score >= 0 && score <= 100, name).toBe(true);
    }
  });
});

describe('over many random clusters', () => {
  const random = new CounterRandom(7, 'bins');
  const cases = Array.from({ length: 60 }, (_, index) => index + 1);

  it.each(cases)('first, best and worst fit keep what they promise, cluster %i', (seed) => {
    const count = 2 + random.int(150);
    const bins = new Bins(Array.from({ length: count }, () => ({ cpu: `${4 + random.int(5)}`, memory: '16Gi' })));
    const { cache } = bins.cluster;
    for (let node = 0 as NodeRow; node < count; node = (node + 1) as NodeRow) {
      bins.use(node, { cpu: `${random.int(5000)}m`, memory: `${random.int(16_384)}Mi` });
    }
    const pod = bins.pod({ cpu: '1500m', memory: '3Gi' });
    const left = (node: number): number[] => [
      (cache.cpuMilli[node] - cache.usedCpuMilli[node] - 1500) / cache.cpuMilli[node],
      (cache.memoryBytes[node] - cache.usedMemoryBytes[node] - 3 * 2 ** 30) / cache.memoryBytes[node],
    ];
    const nodes = Array.from({ length: count }, (_, node) => node);
    const feasible = nodes.filter((node) => left(node).every((share) => share >= 0));
    const length = (node: number): number => root(left(node).reduce((sum, share) => sum + share * share, 0) / 2);
    const chosen = (name: string): number => bins.decide(name, pod, seed).node;
    if (feasible.length === 0) {
      expect(chosen('FirstFit')).toBe(-1);
      return;
    }
    expect(chosen('FirstFit')).toBe(feasible[0]);
    expect(length(chosen('TightestFit'))).toBeCloseTo(Math.min(...feasible.map(length)), 12);
    expect(length(chosen('WorstFit'))).toBeCloseTo(Math.max(...feasible.map(length)), 12);
  });
});
