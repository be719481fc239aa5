// Work on processors: when it is done, what it has used on the way, and that what is lost or suspended is neither done nor used.
import { expect, it } from 'vitest';
import { CounterRandom } from '../engine/counter.ts';
import { Engine } from '../engine/engine.ts';
import { Compute } from './compute.ts';
import { StandingUsage } from './standing-usage.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

const OWN = -1;

function setUp() {
  const engine = new Engine({ seed: 1 });
  const done: [work: number, atUs: number][] = [];
  const compute = new Compute(engine, (work) => done.push([work, engine.now]));
  return { engine, compute, done };
}

it('has used half of half-done work', () => {
  const { engine, compute, done } = setUp();
  compute.open(3 as PodRow, 7, 1 as NodeRow, 0, 'dedicated', 1);
  compute.begin(3 as PodRow, 0, 10_000, OWN);
  compute.begin(3 as PodRow, 1, 20_000, 5000);
  engine.run(5000);
  // 5,000 µs of the first; a quarter of 5,000 µs of the second.
  expect(compute.podUs(3 as PodRow, 7)).toBe(6250);
  expect([compute.podUs(3 as PodRow, 6), compute.podUs(4 as PodRow, 7), compute.podUs(1e6 as PodRow, 0)]).toEqual([
    0, 0, 0,
  ]);
  expect([compute.containerUs(3 as PodRow, 7, 0), compute.containerUs(3 as PodRow, 7, 1)]).toEqual([6250, 0]);
  expect([compute.nodeUs(0 as NodeRow), compute.nodeUs(1 as NodeRow), compute.nodeUs(1e6 as NodeRow)]).toEqual([
    0, 6250, 0,
  ]);
  engine.run(50_000);
  expect(done).toEqual([
    [0, 10_000],
    [1, 20_000],
  ]);
  expect(compute.podUs(3 as PodRow, 7)).toBe(15_000);
});

it('loses work that uses no CPU time with its process, and work that ends in the instant of the loss', () => {
  const { engine, compute, done } = setUp();
  compute.open(3 as PodRow, 7, 1 as NodeRow, 0, 'dedicated', 1);
  compute.begin(3 as PodRow, 0, 10_000, 0);
  engine.run(4000);
  compute.stop(3 as PodRow);
  compute.open(4 as PodRow, 7, 1 as NodeRow, 0, 'dedicated', 1);
  compute.begin(4 as PodRow, 1, 0, OWN);
  compute.stop(4 as PodRow);
  engine.run(50_000);
  expect(done).toEqual([]);
});

it('uses no more than the processors that are shared, at the rate of what each needs', () => {
  const { engine, compute, done } = setUp();
  compute.open(0 as PodRow, 0, 0 as NodeRow, 0, 'podShared', 1);
  compute.begin(0 as PodRow, 0, 10_000, OWN);
  compute.begin(0 as PodRow, 1, 20_000, 10_000);
  engine.run(10_000);
  // Each has had 5,000 µs of work, the second of which used half of a processor's time.
  expect(compute.podUs(0 as PodRow, 0)).toBeCloseTo(7500, 6);
  engine.run(50_000);
  expect(done).toEqual([
    [0, 20_000],
    [1, 30_000],
  ]);
  expect(compute.podUs(0 as PodRow, 0)).toBeCloseTo(20_000, 6);
});

it('uses CPU for work that takes no time', () => {
  const { engine, compute, done } = setUp();
  for (const [pod, way] of (['dedicated', 'podShared'] as const).entries()) {
    compute.open(pod as PodRow, 0, 0 as NodeRow, 0, way, 1);
    compute.begin(pod as PodRow, pod, 0, 300);
  }
  expect(compute.nodeUs(0 as NodeRow)).toBe(600);
  compute.begin(0 as PodRow, 2, 0.3, 300);
  expect(compute.nodeUs(0 as NodeRow)).toBe(900);
  engine.run(1);
  expect(done.map(([work]) => work)).toEqual([0, 1, 2]);
  expect(compute.nodeUs(0 as NodeRow)).toBe(900);
});

it.each(['dedicated', 'podShared'] as const)(
  '%s: loses what a process worked on, and keeps what it has used',
  (way) => {
    const { engine, compute, done } = setUp();
    compute.open(0 as PodRow, 0, 0 as NodeRow, 0, way, 4);
    compute.begin(0 as PodRow, 0, 10_000, OWN);
    compute.begin(0 as PodRow, 1, 10_000, OWN);
    engine.run(4000);
    compute.stop(0 as PodRow);
    engine.run(6000);
    expect(compute.podUs(0 as PodRow, 0)).toBe(8000);
    compute.open(0 as PodRow, 0, 0 as NodeRow, 0, way, 4);
    // The number of an item that was lost is used again before its end would have come.
    compute.begin(0 as PodRow, 1, 5000, OWN);
    engine.run(50_000);
    expect(done).toEqual([[1, 11_000]]);
    expect(compute.podUs(0 as PodRow, 0)).toBe(13_000);
    // Another pod of the same row, on another node.
    compute.open(0 as PodRow, 1, 1 as NodeRow, 0, way, 4);
    compute.begin(0 as PodRow, 5, 1000, OWN);
    engine.run(60_000);
    expect([
      compute.podUs(0 as PodRow, 0),
      compute.podUs(0 as PodRow, 1),
      compute.nodeUs(0 as NodeRow),
      compute.nodeUs(1 as NodeRow),
    ]).toEqual([0, 1000, 13_000, 1000]);
  },
);

it.each([
  // The first rests from 2,000 to 5,000 µs. Dedicated: 8,000 µs are left.
  [
    'dedicated',
    [
      [1, 10_000],
      [0, 13_000],
    ],
  ],
  // At 2,000 both have had 1,000; at 5,000 the second 4,000, which needs 6,000 more at half the speed; then 3,000 are left of the first.
  [
    'podShared',
    [
      [1, 17_000],
      [0, 20_000],
    ],
  ],
] as const)('%s: goes on where it was after a rest', (way, expected) => {
  const { engine, compute, done } = setUp();
  compute.open(0 as PodRow, 0, 0 as NodeRow, 0, way, 1);
  compute.begin(0 as PodRow, 0, 10_000, OWN);
  compute.begin(0 as PodRow, 1, 10_000, OWN);
  engine.run(2000);
  compute.suspend(0);
  engine.run(5000);
  compute.resume(0);
  engine.run(50_000);
  expect(done).toEqual(expected);
  expect(compute.podUs(0 as PodRow, 0)).toBeCloseTo(20_000, 6);
});

it.each(['dedicated', 'podShared'] as const)('%s: uses what it was asked to, whatever rests in between', (way) => {
  for (let seed = 0; seed < 20; seed += 1) {
    const random = new CounterRandom(String(seed), 'compute');
    const { engine, compute, done } = setUp();
    const pods = 3;
    for (let pod = 0 as PodRow; pod < pods; pod = (pod + 1) as PodRow)
      compute.open(pod, 0, (pod % 2) as NodeRow, 0, way, 0.5 + pod);
    const working = new Set<number>();
    const resting = new Set<number>();
    let askedUs = 0;
    let settled = 0;
    for (let work = 0; work < 200; work += 1) {
      const cpuUs = random.int(3) === 0 ? random.int(9000) : -1;
      const workUs = random.int(5000);
      askedUs += cpuUs < 0 ? workUs : cpuUs;
      compute.begin(random.int(pods) as PodRow, work, workUs, cpuUs);
      working.add(work);
      engine.run(engine.now + random.int(3000));
      for (; settled < done.length; settled += 1) working.delete(done[settled][0]);
      for (const one of [...working].filter(() => random.int(4) === 0)) {
        compute.suspend(one);
        working.delete(one);
        resting.add(one);
      }
      for (const one of [...resting].filter(() => random.int(3) === 0)) {
        compute.resume(one);
        resting.delete(one);
        working.add(one);
      }
    }
    for (const one of resting) compute.resume(one);
    engine.run(1e9);
    expect(new Set(done.map(([work]) => work)).size).toBe(200);
    expect(done.length).toBe(200);
    const usedUs = compute.nodeUs(0 as NodeRow) + compute.nodeUs(1 as NodeRow);
    // The end of an item is rounded to a whole µs, the more of a µs the more share the processors.
    expect(Math.abs(usedUs - askedUs)).toBeLessThan(1e-3 * askedUs);
  }
});

it('uses what processes use beside their work, while they run', () => {
  const engine = new Engine({ seed: 1 });
  const rising = [
    { atUs: 0, amount: 0 },
    { atUs: 10_000, amount: 2 },
  ];
  const curves = [
    { container: 0, cpu: rising },
    { container: 2, cpu: [{ atUs: 0, amount: 0.5 }] },
  ];
  const standing = new StandingUsage((pod) => (pod === 1 ? curves : []));
  const compute = new Compute(engine, () => undefined, standing);
  const pod = 1 as PodRow;
  compute.open(0 as PodRow, 0, 0 as NodeRow, 0, 'dedicated', 1);
  compute.open(pod, 4, 0 as NodeRow, 0, 'dedicated', 1);
  compute.begin(pod, 0, 3000, OWN);
  engine.run(10_000);
  // (0 + 2) / 2 · 10,000 and 3,000 of work; 0.5 · 10,000.
  const used = () => [0, 1, 2].map((container) => compute.containerUs(pod, 4, container));
  expect(used()).toEqual([13_000, 0, 5000]);
  expect([compute.podUs(pod, 4), compute.podUs(pod, 3), compute.nodeUs(0 as NodeRow)]).toEqual([18_000, 0, 18_000]);
  compute.stop(pod);
  engine.run(20_000);
  expect(used()).toEqual([13_000, 0, 5000]);
  expect(compute.processUs(pod, 4, 0)).toBe(0);
  // The next process begins its curve again.
  compute.open(pod, 4, 0 as NodeRow, 0, 'dedicated', 1);
  engine.run(25_000);
  expect([compute.processUs(pod, 4, 0), compute.processUs(pod, 4, 2)]).toEqual([2500, 2500]);
  expect(used()).toEqual([15_500, 0, 7500]);
  // Another pod of the row, on another node: what the first used stays where it was used.
  compute.open(pod, 5, 1 as NodeRow, 0, 'dedicated', 1);
  engine.run(27_000);
  expect(compute.podUs(pod, 5)).toBe(1400);
  expect([compute.nodeUs(0 as NodeRow), compute.nodeUs(1 as NodeRow)]).toEqual([23_000, 1400]);
});

it('counts a process from 0, as a cgroup does', () => {
  const { engine, compute } = setUp();
  const pod = 0 as PodRow;
  compute.open(pod, 0, 0 as NodeRow, 0, 'dedicated', 1);
  compute.begin(pod, 0, 1000, OWN);
  engine.run(2000);
  expect(compute.processUs(pod, 0, 0)).toBe(1000);
  compute.stop(pod);
  expect([compute.processUs(pod, 0, 0), compute.containerUs(pod, 0, 0)]).toEqual([0, 1000]);
  compute.open(pod, 0, 0 as NodeRow, 0, 'dedicated', 1);
  compute.begin(pod, 1, 500, OWN);
  engine.run(9000);
  expect([compute.processUs(pod, 0, 0), compute.containerUs(pod, 0, 0)]).toEqual([500, 1500]);
});

it('counts what further processes of a pod use with the rest, each as that of its container', () => {
  const { engine, compute, done } = setUp();
  const others: number[] = [];
  const other = compute.beside((work) => others.push(work));
  compute.open(2 as PodRow, 5, 1 as NodeRow, 0, 'dedicated', 1);
  other.open(2 as PodRow, 5, 1 as NodeRow, 3, 'dedicated', 1);
  compute.begin(2 as PodRow, 0, 10_000, OWN);
  other.begin(2 as PodRow, 0, 20_000, OWN);
  other.begin(2 as PodRow, 1, 40_000, OWN);
  engine.run(15_000);
  expect([0, 1, 3].map((container) => compute.containerUs(2 as PodRow, 5, container))).toEqual([10_000, 0, 30_000]);
  expect([compute.podUs(2 as PodRow, 5), compute.nodeUs(1 as NodeRow)]).toEqual([40_000, 40_000]);
  // The end of one is not that of the other.
  other.stop(2 as PodRow);
  compute.begin(2 as PodRow, 1, 5000, OWN);
  engine.run(50_000);
  expect(done.map(([work]) => work)).toEqual([0, 1]);
  expect(others).toEqual([]);
  other.open(2 as PodRow, 5, 1 as NodeRow, 3, 'dedicated', 1);
  other.begin(2 as PodRow, 0, 1000, OWN);
  engine.run(60_000);
  expect(others).toEqual([0]);
  expect([compute.processUs(2 as PodRow, 5, 3), compute.containerUs(2 as PodRow, 5, 3)]).toEqual([1000, 31_000]);
});
