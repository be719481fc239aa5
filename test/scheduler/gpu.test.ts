// GPU sharing: requests as annotations, devices that are never overcommitted, filters, and scores against numbers worked by hand.
import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import { gpuRequest } from '../../src/model/parse/gpu-request.ts';
import { Decision } from '../../src/scheduler/decision.ts';
import { schedulePod } from '../../src/scheduler/schedule-pod.ts';
import { fitError } from '../../src/scheduler/framework/fit-error.ts';
import { GpuFragmentation } from '../../src/scheduler/gpu/fragmentation.ts';
import { GpuDevices, gpuDevices } from '../../src/scheduler/gpu/devices.ts';
import { TypicalPods } from '../../src/scheduler/gpu/typical-pods.ts';
import type { PodInfo } from '../../src/scheduler/framework/pod-info.ts';
import type { Profile } from '../../src/model/settings/scheduler.ts';
import type { Framework } from '../../src/scheduler/framework/runtime/framework.ts';
import { Code } from '../../src/scheduler/framework/status.ts';
import { SchedulerCluster } from '../support/scheduler-cluster.ts';
import type { NodeRow } from '../../src/model/rows.ts';

const MODEL = 'alibabacloud.com/gpu-card-model';

function nodeOf(name: string, gpus: number, model = 'T4', cpu = '64'): Node {
  const allocatable = { cpu, memory: '256Gi', pods: '110', 'alibabacloud.com/gpu-count': String(gpus) };
  return { metadata: { name, labels: { [MODEL]: model } }, status: { allocatable } };
}

interface Wish {
  readonly count?: number;
  readonly milli?: number;
  readonly model?: string;
  readonly cpu?: string;
}

let made = 0;

function podOf({ count, milli, model, cpu = '1' }: Wish): Pod {
  made += 1;
  const annotations = {
    ...(count === undefined ? {} : { 'alibabacloud.com/gpu-count': String(count) }),
    ...(milli === undefined ? {} : { 'alibabacloud.com/gpu-milli': String(milli) }),
    ...(model === undefined ? {} : { [MODEL]: model }),
  };
  return {
    metadata: { name: `p-${made}`, annotations },
    spec: { containers: [{ name: 'main', resources: { requests: { cpu } } }] },
  };
}

function profile(policy: string, args?: object): Profile {
  const enabled = ['PrioritySort', 'NodeResourcesFit', policy, 'DefaultBinder'].map((name) => ({ name }));
  return {
    schedulerName: 'default-scheduler',
    plugins: {
      multiPoint: { enabled, disabled: [{ name: '*' }] },
      score: { enabled: [{ name: policy }], disabled: [{ name: '*' }] },
    },
    pluginConfig: args === undefined ? [] : [{ name: policy, args }],
  };
}

/** A cluster with one policy, and what the real scheduler does with a decision. */
class Rig {
  readonly cluster = new SchedulerCluster();
  readonly framework: Framework;
  readonly decision: Decision;

  constructor(nodes: readonly Node[], policy = 'BestFit', args?: object) {
    for (const node of nodes) this.cluster.setNode(node);
    this.framework = this.cluster.framework({ profiles: [profile(policy, args)] });
    this.decision = new Decision(this.cluster.cache, 'first', this.cluster.handle.random);
  }

  get devices(): GpuDevices {
    return gpuDevices(this.cluster.cache);
  }

  /** Node and devices that the pod got, or why it got none. */
  schedule(wish: Wish): string {
    return this.place(this.cluster.addPod(podOf(wish)));
  }

  place(pod: PodInfo): string {
    const { cache, state, reasons } = this.cluster;
    schedulePod(this.decision, this.framework, pod);
    const { node } = this.decision;
    if (node < 0) return fitError(this.decision, this.framework, reasons);
    cache.add(pod.row, pod.epoch, pod.podClass, node, true, false);
    for (const one of this.framework.reserve) expect(one.plugin.reserve!(pod, node).code).toBe(Code.Success);
    return `${state.nodeName(node)} ${bits(this.devices.heldBy(pod.row)).join('-')}`;
  }

  /** The score that each node has for the pod. */
  scores(wish: Wish): Record<string, number> {
    const pod = this.cluster.addPod(podOf(wish));
    const scores: Record<string, number> = {};
    const { feasible } = this.decision;
    schedulePod(this.decision, this.framework, pod, {
      raw: (_plugin, values, count) => {
        for (let i = 0; i < count; i += 1) scores[this.cluster.state.nodeName(feasible.rows[i])] = values[i];
      },
      normalized: () => undefined,
    });
    return scores;
  }

  left(name: string): number[] {
    const node = this.cluster.state.findNode(name);
    const { left, first, count } = this.devices;
    return [...left.subarray(first[node], first[node] + count[node])];
  }
}

function bits(mask: number): number[] {
  return Array.from({ length: 31 }, (_, bit) => bit).filter((bit) => (mask & (1 << bit)) !== 0);
}

/** A node whose GPUs have this left: shares on each of them. */
function rigWithLeft(left: readonly number[], policy: string, args?: object): Rig {
  const rig = new Rig([nodeOf('other', 1, 'A10'), nodeOf('n', left.length)], policy, args);
  const node = rig.cluster.state.findNode('n');
  for (const [device, has] of left.entries()) {
    if (has === 1000) continue;
    const pod = rig.cluster.addPod(podOf({ milli: 1000 - has, cpu: '0' }));
    rig.cluster.cache.add(pod.row, pod.epoch, pod.podClass, node, true, false);
    rig.devices.take(pod.row, pod.podClass, node, 1 << device);
  }
  return rig;
}

describe('requests', () => {
  const request = (count?: string, milli?: string, model?: string) =>
    gpuRequest({
      ...(count === undefined ? {} : { 'alibabacloud.com/gpu-count': count }),
      ...(milli === undefined ? {} : { 'alibabacloud.com/gpu-milli': milli }),
      ...(model === undefined ? {} : { [MODEL]: model }),
    });

  it('are whole devices, a share of one, or nothing', () => {
    expect(request('2')).toEqual({ count: 2, milli: 1000, model: '' });
    expect(request(undefined, '460')).toEqual({ count: 1, milli: 460, model: '' });
    expect(request('1', '1000', 'T4|A10')).toEqual({ count: 1, milli: 1000, model: 'T4|A10' });
    expect(request()).toBeUndefined();
    // As rows of the trace without GPU say it.
    expect(request('0', '0')).toBeUndefined();
  });

  it('that make no sense are refused with a way out', () => {
    expect(() => request(undefined, '1500')).toThrow(/up to 1000, got "1500"; for several devices say .*gpu-count/);
    expect(() => request('31')).toThrow(/gpu-count: expected a whole number up to 30, got "31"/);
    expect(() => request('half')).toThrow(/got "half"/);
    expect(() => request('1', '0')).toThrow(/neither is/);
    expect(() => request(undefined, undefined, 'T4')).toThrow(/gpu-card-model: needs .*gpu-count/);
  });
});

describe('GpuShare', () => {
  it('rejects nodes without enough GPUs, with other ones, and with too little left, each in its own words', () => {
    const rig = new Rig([nodeOf('none', 0), nodeOf('two', 2), nodeOf('a10', 4, 'A10'), nodeOf('t4', 4)]);
    for (let i = 0; i < 4; i += 1) rig.schedule({ milli: 600, model: 'T4', cpu: '30' });
    expect(rig.schedule({ count: 4, model: 'T4' })).toBe(
      "0/4 nodes are available: 1 Insufficient alibabacloud.com/gpu-milli, 1 node(s) didn't match the pod's GPU model, 2 Insufficient alibabacloud.com/gpu-count.",
    );
    // Preemption could make room on t4 alone.
    const { verdicts } = rig.decision;
    expect([...verdicts.codes.subarray(0, 4)].filter((code) => code === Code.Unschedulable)).toHaveLength(1);
    expect(rig.schedule({ count: 4, model: 'T4|A10' })).toBe('a10 0-1-2-3');
    expect(rig.schedule({ count: 5 })).toBe('0/4 nodes are available: 4 Insufficient alibabacloud.com/gpu-count.');
  });

  it('leaves pods without GPU alone, and gives the device with the least left that is enough, of several the first', () => {
    const rig = rigWithLeft([400, 1000, 300, 400], 'BestFit');
    expect(rig.schedule({ milli: 350, model: 'T4' })).toBe('n 0');
    expect(rig.schedule({ count: 1, model: 'T4' })).toBe('n 1');
    expect(rig.left('n')).toEqual([50, 0, 300, 400]);
    expect(rig.schedule({ cpu: '1' })).toMatch(/^n $/);
  });

  it('takes what pods that somebody else placed hold into account', () => {
    const rig = new Rig([nodeOf('n', 2)]);
    const pod = podOf({ milli: 700 });
    const annotations = { ...pod.metadata?.annotations, 'alibabacloud.com/gpu-index': '1' };
    const placed = { ...pod.spec, containers: [{ name: 'main' }], nodeName: 'n' };
    rig.cluster.addRunning({ metadata: { name: 'theirs', annotations }, spec: placed });
    expect(rig.left('n')).toEqual([1000, 300]);
    rig.cluster.addRunning({ metadata: { name: 'more', annotations: pod.metadata?.annotations ?? {} }, spec: placed });
    expect(rig.left('n')).toEqual([300, 300]);
    // One more finds no device, and holds none: nothing is ever below 0.
    rig.cluster.addRunning({ metadata: { name: 'most', annotations: pod.metadata?.annotations ?? {} }, spec: placed });
    expect(rig.left('n')).toEqual([300, 300]);
  });

  it('never overcommits a device, never shares a whole one, and has everything back in the end', () => {
    const random = new CounterRandom(7, 'devices');
    for (const policy of ['Random', 'BestFit', 'FGD', 'GpuPacking']) {
      const nodes = [1, 2, 4, 8, 0, 8].map((gpus, i) => nodeOf(`n-${i}`, gpus, i % 2 === 0 ? 'T4' : 'A10'));
      const rig = new Rig(nodes, policy);
      const { cluster, devices } = rig;
      const alive: PodInfo[] = [];
      let placed = 0;
      for (let step = 0; step < 300; step += 1) {
        if (random.int(3) === 0 && alive.length > 0) {
          const [pod] = alive.splice(random.int(alive.length), 1);
          cluster.cache.remove(pod.row);
        } else {
          const wish =
            random.int(3) === 0
              ? { count: 1 + random.int(4) }
              : { milli: 1 + random.int(999), ...(random.int(4) === 0 ? { model: 'T4' } : {}) };
          const pod = cluster.addPod(podOf({ ...wish, cpu: '100m' }));
          if (rig.place(pod).startsWith('n-')) {
            alive.push(pod);
            placed += 1;
          }
        }
        check(rig, alive);
      }
      expect(placed).toBeGreaterThan(100);
      for (const pod of alive) cluster.cache.remove(pod.row);
      check(rig, []);
      expect(devices.idleTotal).toBe(23_000);
    }
  });
});

/** Every device's books, from the pods alone. */
function check({ cluster, devices }: Rig, alive: readonly PodInfo[]): void {
  const left = new Map<string, number>();
  const pods = new Map<string, number>();
  const whole = new Set<string>();
  for (const { row, podClass } of alive) {
    const request = devices.requestOf(podClass);
    const held = bits(devices.heldBy(row));
    if (held.length !== request.count) expect.fail(`pod ${row} holds ${held.length} devices`);
    for (const device of held) {
      const key = `${cluster.cache.podNode[row]}/${device}`;
      left.set(key, (left.get(key) ?? 1000) - request.milli);
      pods.set(key, (pods.get(key) ?? 0) + 1);
      if (request.kind > 0) whole.add(key);
    }
  }
  let idle = 0;
  for (let node = 0 as NodeRow; node < 6; node = (node + 1) as NodeRow) {
    for (let k = 0; k < devices.count[node]; k += 1) {
      const has = devices.left[devices.first[node] + k];
      if (has !== (left.get(`${node}/${k}`) ?? 1000) || has < 0) expect.fail(`device ${k} of ${node} has ${has} left`);
      idle += has;
    }
  }
  if (devices.idleTotal !== idle) expect.fail(`${devices.idleTotal} idle, not ${idle}`);
  for (const key of whole) if (pods.get(key) !== 1) expect.fail(`device ${key} is whole and shared`);
}

describe('a dry run', () => {
  it('frees devices of pods that leave, and takes those of pods that come, until all is as before', () => {
    const rig = rigWithLeft([1000, 400, 1000], 'BestFit');
    const { cache } = rig.cluster;
    const node = rig.cluster.state.findNode('n');
    const [first, second] = [podOf({ milli: 400 }), podOf({ count: 1 })].map((pod) => rig.cluster.addPod(pod));
    for (const pod of [first, second]) cache.add(pod.row, pod.epoch, pod.podClass, node, false, false);
    expect(rig.left('n')).toEqual([0, 0, 1000]);
    const coming = rig.cluster.addPod(podOf({ milli: 600 }));
    const generation = cache.generation[node];
    // Twice, as where two plugins of a profile look after GPUs.
    const twice = (act: (pod: PodInfo) => void, ...pods: PodInfo[]): void => {
      for (const pod of pods) for (let i = 0; i < 2; i += 1) act(pod);
    };
    const leave = ({ row, podClass }: PodInfo): void => rig.devices.removeTentatively(row, podClass, node);
    const come = ({ row, podClass }: PodInfo): void => rig.devices.addTentatively(row, podClass, node);
    twice(leave, first, second);
    expect(rig.left('n')).toEqual([1000, 400, 1000]);
    twice(come, coming);
    expect(rig.left('n')).toEqual([400, 400, 1000]);
    twice(leave, coming);
    twice(come, second);
    expect(rig.left('n')).toEqual([0, 400, 1000]);
    twice(come, first);
    expect([rig.left('n'), rig.devices.idleTotal]).toEqual([[0, 0, 1000], 2000]);
    expect(cache.generation[node]).toBe(generation);
    expect([rig.devices.heldBy(coming.row), bits(rig.devices.heldBy(first.row))]).toEqual([0, [1]]);
  });
});

describe('nodes that change', () => {
  it('keep what their pods hold', () => {
    const rig = new Rig([nodeOf('n', 2)]);
    const first = rig.cluster.addPod(podOf({ milli: 300 }));
    const whole = rig.cluster.addPod(podOf({ count: 1 }));
    expect([rig.place(first), rig.place(whole)]).toEqual(['n 0', 'n 1']);
    rig.cluster.setNode(nodeOf('n', 4));
    expect(rig.left('n')).toEqual([700, 0, 1000, 1000]);
    rig.cluster.setNode(nodeOf('n', 1));
    // Its device is gone and no other is free: the pod holds none.
    expect(rig.left('n')).toEqual([700]);
    rig.cluster.cache.remove(whole.row);
    rig.cluster.cache.remove(first.row);
    expect([rig.left('n'), rig.devices.idleTotal]).toEqual([[1000], 1000]);
    rig.cluster.cache.removeNode(rig.cluster.state.findNode('n'));
    expect([rig.devices.devices, rig.devices.idleTotal]).toEqual([0, 0]);
  });

  it('have at most 30 GPUs', () => {
    const rig = new Rig([nodeOf('n', 30)]);
    expect(rig.schedule({ count: 30 })).toBe(`n ${bits(2 ** 30 - 1).join('-')}`);
    expect(() => rig.cluster.setNode(nodeOf('more', 31))).toThrow(/up to 30, got 31/);
  });
});

describe('scores', () => {
  const largest = { largestNode: { cpu: 128, gpus: 8 } };

  it('of DotProd: what is left times what is wanted, in shares of the largest node', () => {
    // 100 (1 - (64/128 · 32/128 + 2000/8000 · 500/8000) / 2) = 92.97; the other has 1000/8000 of the GPUs: 93.36.
    const rig = rigWithLeft([1000, 1000], 'DotProd', largest);
    expect(rig.scores({ milli: 500, cpu: '32' })).toEqual({ n: 92, other: 93 });
  });

  it('of BestFit: what is left afterwards, in shares of the largest node', () => {
    // 100 (1 - (0.5 · 32/128 + 0.5 · 1500/8000)) = 78.1; the other 0.5 · 500/8000: 84.4.
    const rig = rigWithLeft([1000, 1000], 'BestFit');
    expect(rig.scores({ milli: 500, cpu: '32' })).toEqual({ n: 78, other: 84 });
  });

  it('stay between 0 and 100 on nodes larger than the largest', () => {
    const rig = new Rig([nodeOf('a', 16, 'T4', '999'), nodeOf('b', 30, 'T4', '999')], 'BestFit');
    expect(rig.scores({ milli: 1, cpu: '1' })).toEqual({ a: 0, b: 0 });
  });

  it('of GpuClustering: the same kind of pods alone, with others, no pods, other kinds alone', () => {
    const rig = new Rig(
      ['alone', 'mixed', 'empty', 'others'].map((name) => nodeOf(name, 8)),
      'GpuClustering',
    );
    const put = (name: string, wish: Wish): void => {
      const pod = rig.cluster.addPod(podOf(wish));
      const node = rig.cluster.state.findNode(name);
      rig.cluster.cache.add(pod.row, pod.epoch, pod.podClass, node, false, false);
    };
    put('alone', { milli: 1 });
    put('mixed', { milli: 320 });
    put('mixed', { count: 1 });
    put('others', { count: 4 });
    // 25 (8000 - idle) / 8000, rounded down: 0, 4, 0, 12.
    expect(rig.scores({ milli: 500 })).toEqual({ alone: 75, mixed: 54, empty: 25, others: 12 });
    expect(rig.scores({ count: 4 })).toEqual({ alone: 0, mixed: 4, empty: 25, others: 87 });
    expect(rig.scores({})).toEqual({ alone: 0, mixed: 0, empty: 0, others: 0 });
  });

  it('of GpuPacking: the numbers of the published program', () => {
    const used = rigWithLeft([200, 1000, 1000, 500], 'GpuPacking');
    const packing = (rig: Rig, wish: Wish): number => rig.scores({ ...wish, cpu: '100m' })['n'];
    expect(used.devices.kinds(used.cluster.state.findNode('n'))).toBe(1);
    // One node is never scored: the other one has a GPU that will do for the first of two.
    rigAlso(used);
    expect(packing(used, { count: 2 })).toBe(48);
    expect(packing(used, { count: 2, milli: 200 })).toBe(93);
    const four = rigWithLeft([1000, 1000, 1000, 1000], 'GpuPacking');
    rigAlso(four);
    expect(packing(four, { count: 2 })).toBe(29);
    const eight = rigWithLeft(
      Array.from({ length: 8 }, () => 1000),
      'GpuPacking',
    );
    rigAlso(eight);
    expect(packing(eight, { count: 2 })).toBe(25);
  });

  function rigAlso({ cluster }: Rig): void {
    cluster.setNode(nodeOf('also', 8));
  }

  it('of Random: any feasible node, and of its devices any that has enough left', () => {
    const nodes = new Map<string, number>();
    const devices = new Map<string, number>();
    const rig = rigWithLeft([1000, 100, 500, 900], 'Random');
    rig.cluster.setNode(nodeOf('third', 1));
    for (let i = 0; i < 900; i += 1) {
      const pod = rig.cluster.addPod(podOf({ milli: 400, cpu: '0' }));
      const [node, device] = rig.place(pod).split(' ');
      nodes.set(node, (nodes.get(node) ?? 0) + 1);
      if (node === 'n') devices.set(device, (devices.get(device) ?? 0) + 1);
      rig.cluster.cache.remove(pod.row);
    }
    // Binomial: 300 with a standard deviation of 14; of those a third with 8.
    for (const name of ['n', 'other', 'third']) expect(Math.abs((nodes.get(name) ?? 0) - 300)).toBeLessThan(57);
    expect([...devices.keys()].sort()).toEqual(['0', '2', '3']);
    for (const count of devices.values()) expect(Math.abs(count - (nodes.get('n') ?? 0) / 3)).toBeLessThan(35);
  });
});

describe('fragmentation', () => {
  // Half of the pods want 500 thousandths of a GPU and 4 cores, a quarter two whole GPUs and 8 cores, a quarter 2 cores and no GPU.
  const shapes = [
    { cpuMilli: 4000, count: 1, milli: 500, model: '', pods: 50 },
    { cpuMilli: 8000, count: 2, milli: 1000, model: '', pods: 25 },
    { cpuMilli: 2000, count: 0, milli: 0, model: '', pods: 25 },
  ];
  const compiled = (list: typeof shapes) => {
    const devices = new GpuDevices(new SchedulerCluster().cache);
    return new GpuFragmentation(new TypicalPods(list, (request) => devices.compile(request)));
  };
  const of = (left: readonly number[], cpu: number, list = shapes, model = 1): number =>
    compiled(list).of(cpu, Int32Array.from(left), 0, left.length, model);

  it('is what a typical pod cannot use of the idle GPUs', () => {
    // The share uses 1000 and 600 and leaves 300 alone; two whole ones are not there: all 1900; nor does a pod without GPU use any.
    expect(of([1000, 600, 300], 16_000)).toBe(0.5 * 300 + 0.25 * 1900 + 0.25 * 1900);
    // Two whole GPUs: only the pod without GPU leaves them idle.
    expect(of([1000, 1000], 16_000)).toBe(0.25 * 2000);
    // With 5 cores the two GPUs are lost to the large pod; with 3 to all.
    expect(of([1000, 1000], 5000)).toBe(0.5 * 2000);
    expect(of([1000, 1000], 3000)).toBe(2000);
    expect(of([0, 0], 16_000)).toBe(0);
    expect(of([], 16_000)).toBe(0);
  });

  it('counts devices of a make that the pod does not take as lost', () => {
    const list = [{ cpuMilli: 1000, count: 1, milli: 500, model: 'A', pods: 1 }];
    expect(of([1000], 8000, list, 1)).toBe(0);
    expect(of([1000], 8000, list, 2)).toBe(1000);
  });

  it('agrees with the tests of the published program', () => {
    // 4x1080_used_lack_CPU: weight 0.0933 of 2,700 idle thousandths, 251.91, with one typical pod that has all the weight here.
    const list = [{ cpuMilli: 6000, count: 1, milli: 465, model: '', pods: 9.33 }];
    expect(of([200, 1000, 1000, 500], 1000, list) * 0.0933).toBeCloseTo(251.91, 9);
  });

  it('is judged by the most popular shapes that are 95 % of the pods, ties by the larger request', () => {
    const many = [
      { cpuMilli: 1000, count: 0, milli: 0, model: '', pods: 5 },
      { cpuMilli: 2000, count: 1, milli: 300, model: '', pods: 5 },
      { cpuMilli: 2000, count: 1, milli: 400, model: '', pods: 5 },
      { cpuMilli: 9000, count: 8, milli: 1000, model: '', pods: 85 },
    ];
    const devices = new GpuDevices(new SchedulerCluster().cache);
    const typical = new TypicalPods(many, (request) => devices.compile(request));
    expect([...typical.cpuMilli]).toEqual([9000, 2000, 2000]);
    expect([...typical.weight].map((weight) => weight * 95)).toEqual([85, 5, 5].map((pods) => expect.closeTo(pods, 9)));
    expect(typical.millis[typical.slot[1]]).toBe(400);
  });
});

describe('FGD', () => {
  const typicalPods = [
    { cpu: '4', gpuCount: 1, gpuMilli: 500, pods: 50 },
    { cpu: '8', gpuCount: 2, gpuMilli: 1000, pods: 25 },
    { cpu: '2', pods: 25 },
  ];

  it('takes the device on which the least becomes useless, and scores by the sigmoid of the descent', () => {
    const rig = rigWithLeft([1000, 600, 300], 'FGD', { typicalPods });
    // F before 0.5·300 + 0.5·1900 = 1100. With 300 on the first: 700 is left there: 0.5·300 + 0.5·1600 = 950;
    // on the second: 0.5·(300 + 300) + 0.5·1600 = 1100; on the third: 0.5·0 + 0.5·1600 = 800: best, 100/(1+e^-0.3) = 57.4.
    // The other node: 0.25·1000 + 0.25·1000 = 500 before; 700 left: 0.5·700 = 350: 100/(1+e^-0.15) = 53.7.
    expect(rig.scores({ milli: 300, cpu: '1' })).toEqual({ n: 57, other: 53 });
    expect(rig.schedule({ milli: 300, cpu: '1' })).toBe('n 2');
  });

  it('takes the first of several devices that are as good, and the first whole ones', () => {
    const rig = new Rig([nodeOf('n', 4), nodeOf('m', 4)], 'FGD', { typicalPods });
    expect(rig.schedule({ milli: 300, cpu: '1' })).toBe('n 0');
    expect(rig.schedule({ count: 2, cpu: '8' })).toBe('m 0-1');
  });

  it('knows the workload from the pods that it has seen, and remembers nothing that would decide differently', () => {
    const random = new CounterRandom(3, 'workload');
    const wishes: Wish[] = Array.from({ length: 12 }, () =>
      random.int(3) === 0
        ? { count: random.int(5), cpu: `${1 + random.int(8)}` }
        : { milli: 50 + random.int(900), cpu: `${1 + random.int(8)}` },
    );
    const nodes = Array.from({ length: 40 }, (_, i) => nodeOf(`n-${i}`, random.int(9), i % 3 === 0 ? 'T4' : 'A10'));
    const rig = new Rig(nodes, 'FGD');
    const alive: PodInfo[] = [];
    for (let step = 0; step < 400; step += 1) {
      const pod = rig.cluster.addPod(podOf(wishes[random.int(wishes.length)]));
      const plain = new Decision(rig.cluster.cache, 'first', rig.cluster.handle.random);
      rig.place(pod);
      const chosen = rig.decision.node;
      if (chosen >= 0) {
        rig.cluster.cache.remove(pod.row);
        schedulePod(plain, rig.framework, pod, { raw: () => undefined, normalized: () => undefined });
        expect(plain.node).toBe(chosen);
        rig.place(pod);
        alive.push(pod);
      }
      if (alive.length > 60) rig.cluster.cache.remove(alive.splice(random.int(alive.length), 1)[0].row);
    }
    expect(rig.devices.workload.seen).toBe(400);
  });
});
