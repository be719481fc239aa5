// Pods that compete for the processors of a node: weights, idle capacity, quotas and throttling, by hand.
import { expect, it } from 'vitest';
import { CpuRig, type PodCpu } from '../../../test/support/cpu-rig.ts';
import { CounterRandom } from '../../engine/counter.ts';
import { weightOfMilli } from '../../model/cpu-cgroup.ts';
import type { PodRow } from '../../model/rows.ts';
import { checkProcessors } from './check.ts';
import { divide, Share } from './share.ts';

const MS = 1000;
/** Those of one instant end in any order. */
const byWork = ([a]: [number, number], [b]: [number, number]): number => a - b;

it('divides a scarce processor by requests, and lends what is idle', () => {
  // 1024 and 512 shares are weights 39 and 20: of one processor 39/59 and 20/59.
  const rig = new CpuRig([{ request: '1' }, { request: '500m' }]);
  rig.begin(0, 0, 39 * MS);
  rig.begin(1, 1, 39 * MS);
  rig.engine.run(1e6);
  // The first ends after 59 ms, when the second has had 20 of 39; the other 19 it has the processor to itself.
  expect(rig.done).toEqual([
    [0, 59 * MS],
    [1, 78 * MS],
  ]);
  expect([rig.usedUs(0), rig.usedUs(1)]).toEqual([39 * MS, 39 * MS]);
});

it('gives nobody more than one processor for each of its threads', () => {
  // 3 processors: the pod with little weight gets one for its only thread, the other two for three threads.
  const rig = new CpuRig([{ request: '2' }, { request: '1m' }], { capacityMilli: 3000 });
  for (const work of [0, 1, 2]) rig.begin(0, work, 20 * MS);
  rig.begin(1, 3, 10 * MS);
  rig.engine.run(1e6);
  // Weights 79 and 1: of 3 processors 2.96 for the first, which wants 3, and 0.0375 for the second.
  // So the first's threads run at 0.9875; after 20.253 ms the second has what it had not.
  const firstUs = Math.round((20 * MS) / (2.9625 / 3));
  expect(rig.done.slice(0, 3).toSorted(byWork)).toEqual([0, 1, 2].map((work) => [work, firstUs]));
  expect(rig.done[3][1]).toBe(Math.round(firstUs + 10 * MS - firstUs * 0.0375));
});

it('divides by other weights from the moment of a resize on', () => {
  const rig = new CpuRig([{ request: '1' }, { request: '1' }]);
  rig.begin(0, 0, 44 * MS);
  rig.begin(1, 1, 44 * MS);
  rig.engine.run(2 * MS);
  // Half of 2 ms each; then 39 and 4 of 43 parts, until the first has had the other 43 ms.
  rig.resize(1, { request: '100m' });
  rig.engine.run(1e6);
  expect(rig.done).toEqual([
    [0, 2 * MS + Math.round((43 * MS * 43) / 39)],
    [1, 88 * MS],
  ]);
});

it('lets a throttled container run when its quota is raised, with all of it for the rest of the period', () => {
  const rig = new CpuRig([{ request: '100m', limit: '500m' }], { capacityMilli: 8000 });
  const [quota] = rig.quotas;
  rig.engine.run(quota.phaseUs);
  rig.begin(0, 0, 200 * MS);
  // Half of two periods, and 10 ms of rest in the second.
  rig.engine.run(quota.phaseUs + 160 * MS);
  expect(rig.usedUs(0)).toBe(100 * MS);
  rig.resize(0, { request: '100m', limit: '2' });
  rig.engine.run(quota.phaseUs + 1e6);
  expect(rig.done).toEqual([[0, quota.phaseUs + 260 * MS]]);
  expect([quota.throttledPeriods(), quota.throttledUs(rig.engine.now)]).toEqual([1, 60 * MS]);
});

it('limits what was free, and frees what was limited', () => {
  const rig = new CpuRig([{ request: '100m' }], { capacityMilli: 8000 });
  rig.begin(0, 0, 10e6);
  rig.engine.run(1e6);
  rig.resize(0, { request: '100m', limit: '250m' });
  rig.engine.run(3e6);
  const limitedUs = rig.usedUs(0) - 1e6;
  expect(rig.quotas).toHaveLength(1);
  expect(limitedUs).toBeGreaterThanOrEqual(500 * MS);
  expect(limitedUs).toBeLessThanOrEqual(550 * MS);
  rig.resize(0, { request: '100m' });
  rig.engine.run(30e6);
  expect(rig.done).toEqual([[0, 3e6 + 10e6 - 1e6 - limitedUs]]);
});

it('divides among pods of a class before the pods: best-effort pods share the weight of one', () => {
  // burstable.slice has the weight of 1000m: 39; besteffort.slice has 1, however many pods it has.
  const rig = new CpuRig([{ request: '1' }, {}, {}]);
  for (const pod of [0, 1, 2]) rig.begin(pod, pod, 1e6);
  rig.engine.run(400 * MS);
  expect([0, 1, 2].map((pod) => Math.round(rig.usedUs(pod)))).toEqual([390 * MS, 5 * MS, 5 * MS]);
});

it('finds the water level of pods with one container each as a division by weights does', () => {
  const random = new CounterRandom(1, 'levels');
  for (let round = 0; round < 60; round += 1) {
    const millis = Array.from({ length: 2 + random.int(8) }, () => 50 + random.int(3000));
    const threads = millis.map(() => 1 + random.int(6));
    const capacity = 1 + random.int(6);
    const rig = new CpuRig(
      millis.map((milli) => ({ request: `${milli}m` })),
      { capacityMilli: 1000 * capacity },
    );
    let work = 0;
    for (const [pod, count] of threads.entries()) for (let i = 0; i < count; i += 1) rig.begin(pod, work++, 100e6);
    rig.engine.run(1e6);
    const shares = millis.map((milli, pod) => Object.assign(new Share(weightOfMilli(milli)), { want: threads[pod] }));
    divide(capacity, shares, shares.length);
    for (const [pod, { grant }] of shares.entries()) expect(rig.usedUs(pod) / 1e6).toBeCloseTo(grant, 6);
  }
});

/** When each item ends, by the definition: a step to each change, at which all is divided anew. */
function endsByDefinition(
  capacity: number,
  weights: readonly number[],
  items: readonly { readonly pod: number; readonly atUs: number; readonly workUs: number; readonly factor: number }[],
): number[] {
  const ends = items.map(() => Infinity);
  const left = items.map(({ workUs }) => workUs);
  let nowUs = 0;
  for (;;) {
    const working = [...items.keys()].filter((i) => items[i].atUs <= nowUs && ends[i] === Infinity);
    const shares = weights.map((weight, pod) => {
      const want = working.reduce((sum, i) => sum + (items[i].pod === pod ? items[i].factor : 0), 0);
      return Object.assign(new Share(weight), { want });
    });
    divide(capacity, shares, shares.length);
    const rates = working.map((i) => shares[items[i].pod].grant / shares[items[i].pod].want);
    const nextUs = Math.min(...items.map(({ atUs }) => (atUs > nowUs ? atUs : Infinity)));
    const stepUs = Math.min(nextUs - nowUs, ...working.map((i, k) => left[i] / rates[k]));
    if (stepUs === Infinity) return ends;
    for (const [k, i] of working.entries()) {
      left[i] -= stepUs * rates[k];
      if (left[i] < 1e-6) ends[i] = nowUs + stepUs;
    }
    nowUs += stepUs;
  }
}

it('ends work when the definition of sharing by weights has it end', () => {
  const random = new CounterRandom(1, 'fluid');
  for (let round = 0; round < 20; round += 1) {
    const millis = Array.from({ length: 2 + random.int(6) }, () => 100 + random.int(2000));
    // From far too much work to some now and then.
    const everyUs = 2000 * (1 + (round % 5));
    const items = Array.from({ length: 60 }, (_, i) => ({
      pod: random.int(millis.length),
      atUs: i * everyUs + random.int(everyUs),
      workUs: 1 + random.int(30_000),
      factor: random.int(3) === 0 ? 0.5 : 1,
    }));
    const capacity = 1 + random.int(6);
    const pods = millis.map((milli) => ({ request: `${milli}m` }));
    const rig = new CpuRig(pods, { capacityMilli: 1000 * capacity });
    for (const [work, { pod, atUs, workUs, factor }] of items.entries()) {
      rig.engine.run(atUs);
      rig.begin(pod, work, workUs, factor === 1 ? -1 : factor * workUs);
      checkProcessors(rig.engine, rig.cgroups);
    }
    rig.engine.run(10e6);
    const expected = endsByDefinition(capacity, millis.map(weightOfMilli), items);
    for (const [work, endUs] of rig.done) expect(Math.abs(endUs - expected[work])).toBeLessThan(20);
    expect(rig.done).toHaveLength(items.length);
    for (const pod of millis.keys()) {
      const all = items.reduce((sum, one) => sum + (one.pod === pod ? one.workUs * one.factor : 0), 0);
      expect(Math.abs(rig.usedUs(pod) - all)).toBeLessThan(20);
    }
  }
});

it('divides the part of a pod among its containers', () => {
  const rig = new CpuRig([{ request: '1', more: [{ request: '500m' }] }, { request: '1500m' }]);
  const other = rig.compute.beside((work) => rig.done.push([work, rig.engine.now]));
  other.open(0 as PodRow, 0, 0 as never, 1, 'nodeShared', 1);
  rig.begin(0, 0, 1e6);
  other.begin(0 as PodRow, 0, 1e6, -1);
  rig.begin(1, 1, 1e6);
  rig.engine.run(1e6);
  // The pods have 1500m each: half a processor each; in the first 39 and 20 parts of 59.
  const of = (container: number) => Math.round(rig.compute.containerUs(0 as PodRow, 0, container));
  expect([of(0), of(1), Math.round(rig.usedUs(1))]).toEqual([330_508, 169_492, 500_000]);
});

it('knows what all containers of a pod have used when processors come, go and work at random', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const rig = new CpuRig([{ request: '1', limit: '1500m', more: [{ request: '500m' }, {}] }, {}], {
      capacityMilli: 2000,
    });
    const random = new CounterRandom(seed, 'containers');
    const parts = [rig.compute, ...[1, 2].map(() => rig.compute.beside(() => undefined))];
    const working = parts.map(() => new Set<number>());
    for (let step = 0; step < 100; step += 1) {
      const container = random.int(3);
      const part = parts[container];
      const work = random.int(1000);
      if (random.int(4) === 0) {
        part.stop(0 as PodRow);
        working[container].clear();
        if (random.int(3) > 0) {
          part.open(0 as PodRow, 0, 0 as never, container, 'nodeShared', 1);
          working[container].add(-1);
        }
      } else if (working[container].has(-1) && !working[container].has(work)) {
        working[container].add(work);
        part.begin(0 as PodRow, work, random.int(20) * random.int(2000), random.int(2) === 0 ? -1 : random.int(3000));
      }
      rig.engine.run(rig.engine.now + random.int(10_000));
      const used = [0, 1, 2].map((one) => rig.compute.containerUs(0 as PodRow, 0, one));
      for (const us of used) expect(us).toBeGreaterThanOrEqual(-1e-3);
      expect(used[0] + used[1] + used[2]).toBeCloseTo(rig.usedUs(0), 3);
      checkProcessors(rig.engine, rig.cgroups);
    }
  }
});

it('refuses two kinds of work in one container, of which one would not know what the other has begun', () => {
  const rig = new CpuRig([{ request: '1' }]);
  const other = rig.compute.beside(() => undefined);
  expect(() => other.open(0 as PodRow, 0, 0 as never, 0, 'nodeShared', 1)).toThrow(
    /two kinds of work in container 0 of pod 0/,
  );
});

it('throttles four threads of a container limited to 400m for nine tenths of each period', () => {
  const rig = new CpuRig([{ request: '100m', limit: '400m' }], { capacityMilli: 4000 });
  const [quota] = rig.quotas;
  // Four threads of 30 ms each, at the beginning of a period: 40 ms of CPU are used up after 10 ms, so they rest for 90. 120 ms in all: the
  // second and the third period the same; they end at 10 ms of the third.
  rig.engine.run(quota.phaseUs + 1e6);
  for (const work of [0, 1, 2, 3]) rig.begin(0, work, 30 * MS);
  rig.engine.run(quota.phaseUs + 2e6);
  expect(rig.done.toSorted(byWork)).toEqual([0, 1, 2, 3].map((work) => [work, quota.phaseUs + 1e6 + 210 * MS]));
  expect(quota.throttledPeriods()).toBe(2);
  // Summed over processors, as the kernel does: 90 ms × 4 × 2.
  expect(quota.throttledUs(rig.engine.now)).toBe(720 * MS);
  // Three periods in which something ran, and the one in which the timer finds nothing.
  expect(quota.periods(rig.engine.now)).toBe(4);
});

it('throttles at 40 % utilisation: a burst meets the limit that the mean is far below', () => {
  // 8 threads of 10 ms every 200 ms: 0.4 CPUs of a limit of 1. A burst needs 80 of 100 ms a period on 8 processors: 10 ms and no throttling;
  // with 16 threads of 10 ms every 400 ms (0.4 CPUs as well) the quota is used up after 6.25 ms, and the rest waits for the next period.
  for (const [threads, everyUs, lateUs, throttled] of [
    [8, 200 * MS, 10 * MS, 0],
    [16, 400 * MS, 103.75 * MS, 5],
  ]) {
    const rig = new CpuRig([{ request: '1', limit: '1' }], { capacityMilli: 16_000 });
    const [quota] = rig.quotas;
    for (let burst = 1; burst <= 5; burst += 1) {
      const atUs = quota.phaseUs + burst * everyUs;
      rig.engine.run(atUs);
      for (let thread = 0; thread < threads; thread += 1) rig.begin(0, thread, 10 * MS);
      rig.engine.run(atUs + everyUs - 1);
      expect(rig.done.splice(0).every(([, endUs]) => endUs === atUs + lateUs)).toBe(true);
    }
    expect(rig.usedUs(0)).toBeCloseTo(5 * threads * 10 * MS, 3);
    expect(quota.throttledPeriods()).toBe(throttled);
    expect(rig.usedUs(0) / (5 * everyUs)).toBeCloseTo(0.4, 6);
  }
});

it('counts what was used earlier in the period', () => {
  const rig = new CpuRig([{ request: '1', limit: '1' }], { capacityMilli: 4000 });
  const [quota] = rig.quotas;
  const from = quota.phaseUs + 1e6;
  rig.engine.run(from + 10 * MS);
  // Two threads for 30 ms: 60 ms used by 40. Then nothing until 60, then four threads: 40 ms are left, for 10 ms.
  rig.begin(0, 0, 30 * MS);
  rig.begin(0, 1, 30 * MS);
  rig.engine.run(from + 60 * MS);
  for (const work of [2, 3, 4, 5]) rig.begin(0, work, 15 * MS);
  rig.engine.run(from + 1e6);
  expect(rig.done.slice(2).toSorted(byWork)).toEqual([2, 3, 4, 5].map((work) => [work, from + 105 * MS]));
  expect([quota.throttledPeriods(), quota.throttledUs(rig.engine.now)]).toEqual([1, 4 * 30 * MS]);
});

it('never throttles what has no more threads than its limit, however busy', () => {
  const rig = new CpuRig([{ request: '2', limit: '2' }], { capacityMilli: 4000 });
  rig.begin(0, 0, 5e6);
  rig.begin(0, 1, 5e6);
  rig.engine.run(6e6);
  expect(rig.done).toEqual([
    [0, 5e6],
    [1, 5e6],
  ]);
  expect([rig.quotas[0].throttledPeriods(), rig.quotas[0].throttledUs(6e6)]).toEqual([0, 0]);
  // From 0 to 5 s: 50 periods, or 51 where they lie across, and one more.
  expect(rig.quotas[0].periods(6e6)).toBe(rig.quotas[0].phaseUs === 0 ? 51 : 52);
});

it('keeps whole CPUs for a Guaranteed pod where the CPU manager is static', () => {
  for (const staticCpuManager of [false, true]) {
    const rig = new CpuRig([{ request: '2', limit: '2', memory: true }, { request: '1' }], {
      capacityMilli: 4000,
      staticCpuManager,
    });
    // Four threads each: the first is limited to two CPUs, by two of its own or by a quota.
    for (let work = 0; work < 4; work += 1) {
      rig.begin(0, work, 1e6);
      rig.begin(1, 4 + work, 1e6);
    }
    rig.engine.run(1e6);
    expect(rig.usedUs(0) / 1e6).toBeCloseTo(2, staticCpuManager ? 6 : 0);
    expect(rig.usedUs(1) / 1e6).toBeCloseTo(2, staticCpuManager ? 6 : 0);
    // No quota where it has CPUs of its own.
    expect(rig.quotas.length).toBe(staticCpuManager ? 0 : 1);
    if (staticCpuManager) continue;
    expect(rig.quotas[0].throttledPeriods()).toBeGreaterThan(8);
  }
});

it('takes longer on a slower machine, and uses more of its time', () => {
  const rig = new CpuRig([{ request: '1' }], { speed: 0.5 });
  rig.begin(0, 0, 10 * MS);
  rig.begin(0, 1, 10 * MS, 1 * MS);
  rig.engine.run(1e6);
  // The second wants a tenth of a processor: 1.1 are wanted, one is there.
  expect(rig.done).toEqual([
    [0, 22 * MS],
    [1, 22 * MS],
  ]);
  expect(rig.usedUs(0)).toBeCloseTo(22 * MS, 6);
});

it('leaves system daemons their part, and not more than that of their weight', () => {
  // 2 CPUs; daemons use 0.5: pods have 1.5.
  for (const [systemCpus, left] of [
    [0.5, 1.5],
    // They want all of it, but have weight 100 of 100 + 79.
    [2, (2 * 79) / 179],
  ]) {
    const rig = new CpuRig([{ request: '1' }], { capacityMilli: 2000, systemCpus });
    for (let work = 0; work < 8; work += 1) rig.begin(0, work, 1e6);
    rig.engine.run(1e6);
    expect(rig.usedUs(0) / 1e6).toBeCloseTo(left, 6);
  }
});

it('lets what is used beside requests compete', () => {
  const curves = [{ container: 0, cpu: [{ atUs: 0, amount: 1 }] }];
  const rig = new CpuRig([{ request: '1', curves }, { request: '1' }]);
  rig.begin(1, 0, 100 * MS);
  rig.engine.run(150 * MS);
  expect(rig.usedUs(0)).toBeCloseTo(75 * MS, 6);
  rig.engine.run(300 * MS);
  expect(rig.done).toEqual([[0, 200 * MS]]);
  expect(rig.usedUs(0)).toBeCloseTo(200 * MS, 6);
  expect(rig.compute.nodeUs(0 as never)).toBeCloseTo(300 * MS, 6);
  rig.compute.stop(0 as PodRow);
  rig.engine.run(400 * MS);
  expect(rig.usedUs(0)).toBeCloseTo(200 * MS, 6);
});

it('throttles what is used beside requests too', () => {
  const curves = [
    {
      container: 0,
      cpu: [
        { atUs: 0, amount: 0 },
        { atUs: 10e6, amount: 1 },
      ],
    },
  ];
  const rig = new CpuRig([{ request: '1', limit: '500m', curves }, { request: '1' }], { capacityMilli: 4000 });
  rig.engine.run(20e6);
  // It rises to one CPU in 10 s: for five seconds it has all, 1.25 CPU seconds, then half a CPU. The last period may have used its quota by half.
  expect(rig.usedUs(0) / 1e6).toBeGreaterThan(1.25 + 7.5 - 0.05);
  expect(rig.usedUs(0) / 1e6).toBeLessThan(1.25 + 7.5 + 0.05);
  expect(rig.quotas[0].throttledPeriods()).toBeGreaterThan(140);
});

/** Requests and limits that a pod of the mill may be given instead, by pod; they leave its class as it is. */
const RESIZES: Readonly<Record<number, readonly PodCpu[]>> = {
  0: [{ request: '500m', limit: '1' }, { request: '200m', limit: '300m' }, { request: '1' }],
  1: [
    { request: '100m', more: [{ request: '1', limit: '700m' }] },
    { request: '1', limit: '1', more: [{ limit: '100m' }] },
  ],
  5: [{ limit: '2' }, { limit: '100m' }, { request: '300m' }],
};

const PODS: readonly PodCpu[] = [
  { request: '500m', limit: '1' },
  { request: '1500m', more: [{ request: '100m', limit: '300m' }] },
  {},
  { request: '2', limit: '2', memory: true },
  {
    request: '250m',
    curves: [
      {
        container: 0,
        cpu: [
          { atUs: 0, amount: 0.2 },
          { atUs: 300_000, amount: 0.9 },
        ],
      },
    ],
  },
  { limit: '200m', node: 1 },
  { request: '1', node: 1 },
];

/** All of one class with one container each: they weigh against each other, without the tree. */
const ALIKE: readonly PodCpu[] = [
  { request: '500m', limit: '1' },
  { request: '1', limit: '2500m' },
  { request: '250m', limit: '300m' },
  { request: '1' },
  { request: '100m' },
  { request: '200m', curves: [{ container: 0, cpu: [{ atUs: 0, amount: 0.4 }] }] },
  { request: '1', limit: '2', node: 1 },
];

/** Random work, suspensions, ends and restarts of processes on two nodes; `look` is called at every step. */
function mill(seed: number, look: (rig: CpuRig) => void, resizes = false, pods = PODS): CpuRig {
  const random = new CounterRandom(String(seed), 'mill');
  const staticCpuManager = seed % 2 === 0;
  const rig = new CpuRig(pods, { capacityMilli: 3000, systemCpus: 0.1, speed: 0.75, staticCpuManager }, seed);
  const working = new Set<number>();
  const resting = new Set<number>();
  const podOf = new Map<number, number>();
  rig.onDone = (work) => working.delete(work);
  for (let work = 0; work < 400; work += 1) {
    const pod = random.int(pods.length);
    const cpuUs = random.int(3) === 0 ? random.int(9000) : -1;
    podOf.set(work, pod);
    working.add(work);
    rig.begin(pod, work, random.int(40_000), cpuUs);
    rig.engine.run(rig.engine.now + random.int(8000));
    look(rig);
    for (const one of [...working].filter(() => random.int(9) === 0)) {
      rig.compute.suspend(one);
      working.delete(one);
      resting.add(one);
    }
    for (const one of [...resting].filter(() => random.int(3) === 0)) {
      rig.compute.resume(one);
      resting.delete(one);
      working.add(one);
    }
    if (resizes && random.int(6) === 0) {
      const to = RESIZES[[0, 1, 5][random.int(3)]];
      rig.resize(Number(Object.keys(RESIZES).find((pod) => RESIZES[Number(pod)] === to)), to[random.int(to.length)]);
    }
    if (random.int(20) === 0) {
      const gone = random.int(pods.length);
      rig.start(gone, pods[gone].node ?? 0);
      for (const all of [working, resting]) for (const one of all) if (podOf.get(one) === gone) all.delete(one);
    }
    look(rig);
  }
  for (const one of resting) {
    rig.compute.resume(one);
    working.add(one);
  }
  rig.engine.run(rig.engine.now + 1e9);
  expect([...working]).toEqual([]);
  return rig;
}

it('never uses more than there is, nor more in a period than its quota, and finishes all', () => {
  for (let seed = 0; seed < 30; seed += 1) mill(seed, (rig) => checkProcessors(rig.engine, rig.cgroups));
});

it('never uses more than there is, nor more than a quota, where all weigh against each other', () => {
  for (let seed = 0; seed < 30; seed += 1) mill(seed, (rig) => checkProcessors(rig.engine, rig.cgroups), false, ALIKE);
});

it('never uses more than there is when pods are resized while they work', () => {
  for (let seed = 0; seed < 30; seed += 1) mill(seed, (rig) => checkProcessors(rig.engine, rig.cgroups), true);
});

it('does not depend on how often somebody looks', () => {
  for (const pods of [PODS, ALIKE]) {
    const ends = [() => undefined, (rig: CpuRig) => void rig.usedUs(0)].map((look) => mill(3, look, false, pods).done);
    expect(ends[1]).toEqual(ends[0]);
  }
});

it('notices more CPU than there is, and a quota that is exceeded', () => {
  const rig = new CpuRig([{ request: '1' }, { request: '1', limit: '500m' }]);
  for (let work = 0; work < 3; work += 1) rig.begin(0, work, 1e6);
  rig.engine.run(10 * MS);
  checkProcessors(rig.engine, rig.cgroups);
  const [cpus] = [...rig.cgroups.inUse().cpus];
  cpus.running[0].isShort = false;
  expect(() => checkProcessors(rig.engine, rig.cgroups)).toThrow(/use 3 CPUs of 1/);
  const limited = new CpuRig([{ request: '1', limit: '500m' }], { capacityMilli: 8000 });
  limited.begin(0, 0, 10 * MS);
  limited.compute.begin(0 as PodRow, 1, 0, 90 * MS);
  expect(() => checkProcessors(limited.engine, limited.cgroups)).toThrow(/quota/);
});
