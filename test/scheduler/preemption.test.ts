// Preemption's promises, on random clusters: who may be a victim, that it helps, whom budgets protect, that a dry run leaves no trace.
import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { gpuDevices } from '../../src/scheduler/gpu/devices.ts';
import { Decision } from '../../src/scheduler/decision.ts';
import { schedulePod } from '../../src/scheduler/schedule-pod.ts';
import { fitError } from '../../src/scheduler/framework/fit-error.ts';
import { type Candidate, pickCandidate } from '../../src/scheduler/preemption/candidates.ts';
import { Preemption } from '../../src/scheduler/preemption/preemption.ts';
import { Code } from '../../src/scheduler/framework/status.ts';
import { SchedulerCluster } from '../support/scheduler-cluster.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const CLUSTERS = 250;
const PRIORITIES = [-5, 0, 0, 10, 100];
const ARGS = { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 100 };

function nodeOf(name: string, cpu: number, pods = 110, zone = 'a'): Node {
  return {
    metadata: { name, labels: { [HOST]: name, [ZONE]: zone } },
    status: { allocatable: { cpu: String(cpu), memory: '8Gi', pods: String(pods) } },
  };
}

function podOf(name: string, cpuMilli: number, priority: number, more: object = {}, labels: object = {}): Pod {
  const requests = { cpu: `${cpuMilli}m` };
  return {
    metadata: { name, namespace: 'default', labels: { ...labels } },
    spec: { containers: [{ name: 'c', resources: { requests } }], priority, ...more },
    status: {},
  };
}

const started = (pod: Pod, second: number): Pod => ({
  ...pod,
  status: { startTime: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString() },
});

function budget(name: string, app: string, disruptionsAllowed: number): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'default' },
    spec: { selector: { matchLabels: { app } } },
    status: { disruptionsAllowed },
  };
}

const term = (app: string, topologyKey: string) => ({ labelSelector: { matchLabels: { app } }, topologyKey });
/** Filters that a pod more can only make stricter, and one for which that is not so. */
const MONOTONE: readonly object[] = [
  {},
  {},
  { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('a', HOST)] } } },
];
const spread = {
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'a' } } },
  ],
};

/** Everything of the cache that a dry run touches. */
function trace({ cache }: SchedulerCluster): object {
  const { usedCpuMilli, usedMemoryBytes, podCount, generation, firstPod, nextPod, previousPod, podNode, podMarks } =
    cache;
  const columns = { usedCpuMilli, usedMemoryBytes, podCount, generation, firstPod, podNode, podMarks };
  const onNodes = Array.from(podNode.keys()).filter((pod) => podNode[pod] >= 0);
  const links = onNodes.map((pod) => [nextPod[pod], previousPod[pod]]);
  return { changes: cache.changes, links, ...structuredClone(columns) };
}

function randomCluster(seed: number, spreads: boolean) {
  const random = new CounterRandom(seed, 'preemption');
  const budgets = ['a', 'b'].slice(random.int(3)).map((app) => budget(`for-${app}`, app, random.int(3)));
  const cluster = new SchedulerCluster({ pdbs: budgets });
  const nodes = 2 + random.int(8);
  for (let index = 0; index < nodes; index += 1) {
    cluster.setNode(nodeOf(`n${index}`, 2 + random.int(3), 3 + random.int(6), 'abc'[index % 3]));
  }
  for (let index = 0; index < nodes * 5; index += 1) {
    const more = MONOTONE[random.int(MONOTONE.length)];
    const labels = { app: 'abc'[random.int(3)] };
    const pod = podOf(`p${index}`, 100 * (1 + random.int(12)), PRIORITIES[random.int(PRIORITIES.length)], more, labels);
    const running = {
      ...pod,
      spec: { ...pod.spec, containers: pod.spec?.containers ?? [], nodeName: `n${random.int(nodes)}` },
    };
    cluster.addRunning(random.int(10) === 0 ? running : started(running, index));
  }
  const more = spreads && random.int(2) === 0 ? spread : MONOTONE[random.int(MONOTONE.length)];
  const pod = cluster.addPod(podOf('new', 500 * (1 + random.int(5)), 10, more, { app: 'a' }));
  const framework = cluster.framework(null);
  // Not by index: the verdicts are looked at.
  const decision = new Decision(cluster.cache, 'heap', cluster.handle.random, cluster.nominations, false);
  return { cluster, pod, framework, decision };
}

describe.each([false, true])('on random clusters, hard spreading %s', (spreads) => {
  it(`holds what it promises (${CLUSTERS} clusters)`, () => {
    let preempted = 0;
    let refused = 0;
    let violating = 0;
    for (let seed = 1; seed <= CLUSTERS; seed += 1) {
      const { cluster, pod, framework, decision } = randomCluster(seed, spreads);
      const { cache, state } = cluster;
      const before = trace(cluster);
      schedulePod(decision, framework, pod);
      expect(trace(cluster)).toEqual(before);
      if (decision.node >= 0) continue;
      const preemption = new Preemption(ARGS, cluster.handle);
      preemption.evaluate(pod, decision);
      const { best, candidates } = preemption;
      expect(decision.postFilter.node).toBe(best?.node ?? -1);
      if (best === undefined) {
        refused += 1;
        continue;
      }
      preempted += 1;
      if (best.pdbViolations > 0) violating += 1;
      for (const { victims } of candidates) {
        for (const victim of victims) {
          expect(state.classes.get(cache.podClass[victim]).priority).toBeLessThan(pod.podClass.priority);
        }
      }
      if (candidates.some((one) => one.pdbViolations === 0)) expect(best.pdbViolations).toBe(0);
      // Without the victims the pod fits on the node.
      for (const victim of best.victims) cache.remove(victim);
      const plain = new Decision(cache, 'heap', cluster.handle.random, cluster.nominations, false);
      const passes = (): boolean => {
        schedulePod(plain, framework, pod);
        const { examined, verdicts } = plain;
        const position = examined.rows.subarray(0, examined.end).indexOf(best.node);
        return verdicts.codes[position] === Code.Success;
      };
      expect(passes()).toBe(true);
      if (spreads) continue;
      // And no victim could have stayed.
      for (const victim of best.victims) {
        const podClass = state.classes.get(cache.podClass[victim]);
        cache.add(victim, cache.podEpoch[victim], podClass, best.node, false, false);
        expect(passes()).toBe(false);
        cache.remove(victim);
      }
    }
    expect(preempted).toBeGreaterThan(CLUSTERS / 10);
    expect(refused).toBeGreaterThan(CLUSTERS / 50);
    expect(violating).toBeGreaterThan(0);
  });
});

describe('the choice of a node', () => {
  const candidate = (node: NodeRow, more: Partial<Candidate>): Candidate => ({
    node,
    victims: [0 as PodRow],
    pdbViolations: 0,
    highestPriority: 5,
    sumOfPriorities: 100,
    earliestStart: 10,
    ...more,
  });
  const chosen = (...candidates: Candidate[]): number | undefined => pickCandidate(candidates)?.node;

  it('goes by budgets, highest priority, sum, number, start, in this order', () => {
    const victims = [1, 2, 3] as PodRow[];
    const worst = { pdbViolations: 1, highestPriority: 9, sumOfPriorities: 900, victims, earliestStart: 1 };
    expect(
      chosen(candidate(0 as NodeRow, { pdbViolations: 1 }), candidate(1 as NodeRow, { ...worst, pdbViolations: 0 })),
    ).toBe(1);
    expect(
      chosen(
        candidate(0 as NodeRow, { highestPriority: 6 }),
        candidate(1 as NodeRow, { ...worst, pdbViolations: 0, highestPriority: 5 }),
      ),
    ).toBe(1);
    expect(
      chosen(
        candidate(0 as NodeRow, {}),
        candidate(1 as NodeRow, { sumOfPriorities: 99, victims: [1 as PodRow, 2 as PodRow], earliestStart: 1 }),
      ),
    ).toBe(1);
    expect(
      chosen(
        candidate(0 as NodeRow, { victims: [1 as PodRow, 2 as PodRow] }),
        candidate(1 as NodeRow, { earliestStart: 1 }),
      ),
    ).toBe(1);
    expect(chosen(candidate(0 as NodeRow, {}), candidate(1 as NodeRow, { earliestStart: 11 }))).toBe(1);
  });

  it('takes the first of equals, and none of none', () => {
    expect(chosen(candidate(3 as NodeRow, {}), candidate(1 as NodeRow, {}), candidate(2 as NodeRow, {}))).toBe(3);
    expect(chosen()).toBeUndefined();
  });
});

describe('one pod', () => {
  function decide(cluster: SchedulerCluster, pod: Pod) {
    const info = cluster.addPod(pod);
    const framework = cluster.framework(null);
    const decision = new Decision(cluster.cache, 'heap', cluster.handle.random, cluster.nominations);
    schedulePod(decision, framework, info);
    const { postFilter } = decision;
    const names = (postFilter.victims ?? []).map((one) => cluster.state.podName(one.pod));
    return { info, decision, names, message: fitError(decision, framework, cluster.reasons) };
  }
  const running = (cluster: SchedulerCluster, pod: Pod, node: string) =>
    cluster.addRunning({ ...pod, spec: { ...pod.spec, containers: pod.spec?.containers ?? [], nodeName: node } });

  it('spares the more important and, among equals, who started first', () => {
    const cluster = new SchedulerCluster();
    cluster.setNode(nodeOf('n0', 4));
    running(cluster, started(podOf('old', 1000, 1), 1), 'n0');
    running(cluster, started(podOf('young', 1000, 1), 9), 'n0');
    running(cluster, started(podOf('important', 1000, 7), 5), 'n0');
    running(cluster, podOf('starting', 1000, 1), 'n0');
    expect(decide(cluster, podOf('one', 1000, 9)).names).toEqual(['starting']);
    expect(decide(cluster, podOf('two', 2000, 9)).names).toEqual(['young', 'starting']);
    expect(decide(cluster, podOf('four', 4000, 9)).names).toEqual(['important', 'old', 'young', 'starting']);
    expect(decide(cluster, podOf('equal', 1000, 1)).names).toEqual([]);
  });

  it('says that nobody can be preempted, or that nothing helps', () => {
    const cluster = new SchedulerCluster();
    cluster.setNode(nodeOf('n0', 2));
    cluster.setNode(nodeOf('n1', 1));
    running(cluster, podOf('a', 2000, 5), 'n0');
    const tail = 'no new claims to deallocate, preemption:';
    expect(decide(cluster, podOf('weak', 2000, 5)).message).toBe(
      `0/2 nodes are available: 2 Insufficient cpu. ${tail} 0/2 nodes are available: 1 No preemption victims found for ` +
        'incoming pod, 1 Preemption is not helpful for scheduling.',
    );
    expect(decide(cluster, podOf('huge', 3000, 50)).message).toBe(
      `0/2 nodes are available: 2 Insufficient cpu. ${tail} 0/2 nodes are available: 2 Preemption is not helpful for scheduling.`,
    );
    expect(decide(cluster, podOf('meek', 2000, 50, { preemptionPolicy: 'Never' })).message).toBe(
      `0/2 nodes are available: 2 Insufficient cpu. ${tail} not eligible due to preemptionPolicy=Never.`,
    );
  });

  it('leaves a node to a nominated pod of no lower priority, and takes it from one of a lower', () => {
    const cluster = new SchedulerCluster();
    cluster.setNode(nodeOf('n0', 2));
    const waiting = cluster.addPod(podOf('waiting', 2000, 5));
    const nomination = {
      pod: waiting.row,
      podClass: waiting.podClass,
      epoch: waiting.epoch,
      node: 0 as NodeRow,
      priority: 5,
    };
    cluster.nominations.add(nomination);
    expect(decide(cluster, podOf('equal', 1000, 5)).message).toMatch(/^0\/1 nodes are available: 1 Insufficient cpu\./);
    expect(decide(cluster, podOf('higher', 1000, 6)).decision.node).toBe(0);
    cluster.nominations.remove(waiting.row);
    expect(decide(cluster, podOf('after', 1000, 5)).decision.node).toBe(0);
  });

  it('takes two preemptors to two nodes when one has room for one of them', () => {
    const cluster = new SchedulerCluster();
    for (const name of ['n0', 'n1']) {
      cluster.setNode(nodeOf(name, 2));
      running(cluster, started(podOf(`on-${name}`, 2000, 0), 1), name);
    }
    const first = decide(cluster, podOf('first', 2000, 9));
    const node = first.decision.postFilter.node ?? -1;
    cluster.nominations.add({
      pod: first.info.row,
      podClass: first.info.podClass,
      epoch: first.info.epoch,
      node,
      priority: 9,
    });
    const second = decide(cluster, podOf('second', 2000, 9));
    expect([first.names, second.names]).toEqual([['on-n0'], ['on-n1']]);
    const third = decide(cluster, podOf('third', 2000, 8));
    // The second is not nominated, so its node is left; the first one's is not.
    expect(third.names).toEqual(['on-n1']);
  });

  it('goes to its nominated node before all others', () => {
    const cluster = new SchedulerCluster();
    for (const name of ['n0', 'n1', 'n2']) cluster.setNode(nodeOf(name, 2));
    const pod = cluster.addPod(podOf('mine', 1000, 9));
    cluster.nominations.add({
      pod: pod.row,
      podClass: pod.podClass,
      epoch: pod.epoch,
      node: 2 as NodeRow,
      priority: 9,
    });
    const decision = new Decision(cluster.cache, 'heap', cluster.handle.random, cluster.nominations);
    schedulePod(decision, cluster.framework(null), pod);
    expect([decision.node, decision.examined.end, decision.nextStart]).toEqual([2, 1, 0]);
  });
});

it('finds with what it remembers what it finds without (600 preemptions of a changing cluster)', () => {
  const random = new CounterRandom(1, 'remembered preemptions');
  const cluster = new SchedulerCluster();
  const { cache, state } = cluster;
  const NODES = 20;
  for (let index = 0; index < NODES; index += 1) cluster.setNode(nodeOf(`n${index}`, 4, 16, 'abc'[index % 3]));
  const decision = new Decision(cache, 'heap', cluster.handle.random, cluster.nominations);
  const framework = cluster.framework(null);
  const running: number[] = [];
  const place = (name: string): void => {
    const pod = podOf(name, 100 * (1 + random.int(9)), PRIORITIES[random.int(PRIORITIES.length)], {}, { app: 'a' });
    const info = cluster.addPod(pod);
    cluster.place(info, random.int(NODES) as NodeRow, false);
    running.push(info.row);
  };
  for (let index = 0; index < NODES * 8; index += 1) place(`p${index}`);
  const wanted = [2000, 3000, 4000].map((cpuMilli) => podOf('', cpuMilli, 10, {}, { app: 'b' }));
  let preempted = 0;
  for (let turn = 0; turn < 600; turn += 1) {
    const pod = cluster.addPod({
      ...wanted[random.int(wanted.length)],
      metadata: { name: `w${turn}`, namespace: 'default' },
    });
    schedulePod(decision, framework, pod);
    if (decision.node < 0) {
      const plain = new Preemption(ARGS, cluster.handle);
      plain.evaluate(pod, decision);
      const { node, victims = [] } = decision.postFilter;
      expect([node, victims.map((one) => one.pod)]).toEqual([plain.best?.node ?? -1, plain.best?.victims ?? []]);
      if (plain.best === undefined) {
        expect(decision.postFilter.reasons[1]).toBe(`preemption: ${plain.message(decision.allNodes)}`);
      } else {
        preempted += 1;
      }
    }
    // A pod starts, one goes, one comes, a budget changes, somebody is nominated.
    const some = running[random.int(running.length)] as PodRow;
    if (state.pods.startedAt[some] < 0) state.pods.startedAt[some] = random.int(100) * 1e6;
    if (random.int(3) === 0 && cache.nodeOf(some, state.pods.epoch[some]) >= 0) {
      cache.remove(some);
      place(`q${turn}`);
    }
    if (random.int(20) === 0) cluster.addObject(budget(`b${turn}`, 'a', random.int(4)));
    if (random.int(10) === 0) {
      cluster.nominations.add({
        pod: pod.row,
        podClass: pod.podClass,
        epoch: pod.epoch,
        node: random.int(NODES) as NodeRow,
        priority: 10,
      });
    }
    if (random.int(4) === 0) cluster.nominations.remove((pod.row - random.int(20)) as PodRow);
  }
  expect(preempted).toBeGreaterThan(100);
});

it('frees the devices of victims, and gives everybody else theirs back', () => {
  const cluster = new SchedulerCluster();
  const { cache } = cluster;
  const gpus = (name: string, count: number): Node => {
    const node = nodeOf(name, 16);
    return {
      ...node,
      status: { allocatable: { ...node.status?.allocatable, 'alibabacloud.com/gpu-count': `${count}` } },
    };
  };
  const share = (name: string, milli: number, priority: number): Pod => {
    const pod = podOf(name, 100, priority);
    return { ...pod, metadata: { ...pod.metadata, annotations: { 'alibabacloud.com/gpu-milli': `${milli}` } } };
  };
  cluster.setNode(gpus('n0', 2));
  const plugins = { multiPoint: { enabled: [{ name: 'GpuShare' }] } };
  const framework = cluster.framework({ profiles: [{ schedulerName: 'default-scheduler', plugins }] });
  const devices = gpuDevices(cache);
  const decision = new Decision(cache, 'heap', cluster.handle.random, cluster.nominations);
  const placed = [share('a', 600, 0), share('b', 700, 5), share('c', 300, 0), share('d', 100, 0)].map((pod) => {
    const info = cluster.addPod(pod);
    cluster.place(info, 0 as NodeRow, false);
    return info;
  });
  const held = () => placed.map((info) => devices.heldBy(info.row));
  const before = [held(), [...devices.left], devices.idleTotal, cache.changes];
  expect(before[0]).toEqual([1, 2, 2, 1]);
  const wanted = cluster.addPod(share('wanted', 900, 9));
  // Somebody else is nominated who takes 300 of the device where they still fit.
  const nominated = cluster.addPod(share('nominated', 300, 9));
  schedulePod(decision, framework, wanted);
  const named = () =>
    (decision.postFilter.victims ?? []).map(({ pod }) => placed.findIndex((info) => info.row === pod));
  // 900 of the first device: `a` has to go, `d` may stay. Of the second it would take `b` and `c`.
  expect(named()).toEqual([0]);
  expect([held(), [...devices.left], devices.idleTotal, cache.changes]).toEqual(before);
  cluster.nominations.add({
    pod: nominated.row,
    podClass: nominated.podClass,
    epoch: nominated.epoch,
    node: 0 as NodeRow,
    priority: 9,
  });
  schedulePod(decision, framework, wanted);
  expect(named().length).toBeGreaterThan(0);
  expect([held(), [...devices.left], devices.idleTotal, cache.changes]).toEqual(before);
  expect(devices.heldBy(nominated.row)).toBe(0);
});
