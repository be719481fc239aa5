// Pods that share a node against queueing theory: processor sharing, its insensitivity, weights (discriminatory processor sharing), several processors.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import { Samplers } from '../../src/engine/distributions.ts';
import type { DistributionSpec } from '../../src/lib/distribution.ts';
import { CpuRig, type PodCpu } from '../support/cpu-rig.ts';

/** Theory's unit of time, the mean work of a request. */
const UNIT_US = 1e5;
const BATCHES = 40;
/** What is left out at the beginning. */
const WARMUP = 0.05;

interface CustomerClass {
  readonly rate: number;
  readonly work: DistributionSpec;
  /** Pods among which its requests are divided: each goes to one that is idle, if `alone`, else to the first. */
  readonly pods: readonly number[];
  readonly alone: boolean;
}

interface Sojourn {
  readonly mean: number;
  readonly error: number;
}

/** The mean time that requests of each class spend, in units, and its standard error by batches. */
function sojourns(
  pods: readonly PodCpu[],
  processors: number,
  classes: readonly CustomerClass[],
  requests: number,
  seed: number,
): Sojourn[] {
  const rig = new CpuRig(pods, { capacityMilli: 1000 * processors }, seed);
  const samplers = new Samplers();
  const ids = classes.map(({ work }) => samplers.add(work));
  const random = new CounterRandom(seed, 'theory');
  const began: number[] = [];
  const classOf: number[] = [];
  const podOf: number[] = [];
  const idle = classes.map(({ pods: all }) => [...all]);
  const free: number[] = [];
  const times: number[][] = classes.map(() => []);
  rig.onDone = (work) => {
    const one = classOf[work];
    times[one].push((rig.engine.now - began[work]) / UNIT_US);
    if (classes[one].alone) idle[one].push(podOf[work]);
    free.push(work);
  };
  const arrive = rig.engine.kind('arrive', (one) => {
    const work = free.pop() ?? began.length;
    const { alone, pods: all, rate } = classes[one];
    const pod = alone ? idle[one].pop() : all[0];
    if (pod === undefined) throw new Error('more requests at a time than pods');
    began[work] = rig.engine.now;
    classOf[work] = one;
    podOf[work] = pod;
    rig.begin(pod, work, samplers.draw(ids[one], random));
    rig.engine.after((random.exponential() * UNIT_US) / rate, arrive, one, 0);
  });
  for (const [one, { rate }] of classes.entries()) {
    rig.engine.after((random.exponential() * UNIT_US) / rate, arrive, one, 0);
  }
  const total = classes.reduce((sum, { rate }) => sum + rate, 0);
  rig.engine.run(Math.round((requests / total) * UNIT_US));
  return times.map((all) => {
    const kept = all.slice(Math.floor(WARMUP * all.length));
    const size = Math.floor(kept.length / BATCHES);
    const means = Array.from({ length: BATCHES }, (_, batch) => {
      const part = kept.slice(batch * size, (batch + 1) * size);
      return part.reduce((sum, time) => sum + time, 0) / size;
    });
    const mean = means.reduce((sum, one) => sum + one, 0) / BATCHES;
    const variance = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (BATCHES - 1);
    return { mean, error: Math.sqrt(variance / BATCHES) };
  });
}

/** Within four standard errors, which are at most 2 % of it. */
function expectAgreement({ mean, error }: Sojourn, theory: number): void {
  const line = `${mean.toFixed(4)} ± ${error.toFixed(4)}, theory ${theory.toFixed(4)}`;
  expect(error / theory, line).toBeLessThan(0.02);
  expect(Math.abs(mean - theory) / error, line).toBeLessThan(4);
}

const exponential = { type: 'exponential', mean: UNIT_US } as const;

describe('M/G/1-PS: the mean is 1 / (1 - rho), whatever the law of the work', () => {
  it.each([
    ['constant', { type: 'constant', value: UNIT_US }],
    ['exponential', exponential],
    ['hyperexponential, scv 4', { type: 'hyperexponential', mean: UNIT_US, scv: 4 }],
  ] as const)('%s', (_name, work) => {
    const one = { rate: 0.7, work, pods: [0], alone: false };
    expectAgreement(sojourns([{ request: '1' }], 1, [one], 300_000, 1)[0], 1 / 0.3);
  });

  it('of one pod or of many that are equal, as long as each request has its own', () => {
    const pods = Array.from({ length: 150 }, () => ({ request: '500m' }));
    const one = { rate: 0.7, work: exponential, pods: pods.map((_, pod) => pod), alone: true };
    expectAgreement(sojourns(pods, 1, [one], 150_000, 2)[0], 1 / 0.3);
  });

  it('notices work that is worked on 5 % too slowly', () => {
    const one = { rate: 0.7, work: { type: 'exponential', mean: 1.05 * UNIT_US }, pods: [0], alone: false } as const;
    const [{ mean, error }] = sojourns([{ request: '1' }], 1, [one], 200_000, 1);
    expect((mean - 1 / 0.3) / error).toBeGreaterThan(4);
  });
});

it.each([
  [2, 0.7],
  [4, 0.85],
])('M/M/%i with processor sharing has the mean of M/M/c', (processors, rho) => {
  // Erlang's C; the number in the system is that of M/M/c, since the total rate is.
  const load = processors * rho;
  let blocking = 1;
  for (let k = 1; k <= processors; k += 1) blocking = (load * blocking) / (k + load * blocking);
  const waits = blocking / (1 - rho + rho * blocking);
  const one = { rate: load, work: exponential, pods: [0], alone: false };
  expectAgreement(sojourns([{ request: '1' }], processors, [one], 300_000, 3)[0], 1 + waits / (processors - load));
});

// Fayolle, Mitrani, Iasnogorodski: Sharing a processor among many job classes (1980), two classes with exponential work of rates m and weights g:
// W1 = (1 + m1 rho2 (g2 - g1) / D) / (m1 (1 - rho)), D = m1 g1 (1 - rho1) + m2 g2 (1 - rho2), and W2 likewise.
it.each([
  // Requests of 1000m and 100m are weights 39 and 4; of 2 and 1 CPU 79 and 39.
  ['1', '100m', 39, 4, 0.4, 0.4, 1, 1],
  ['2', '1', 79, 39, 0.3, 0.45, 1, 0.5],
  ['100m', '1', 4, 39, 0.2, 0.5, 2, 1],
] as const)('discriminatory processor sharing, requests %s and %s', (a, b, g1, g2, rho1, rho2, m1, m2) => {
  const many = 200;
  const pods = [
    ...Array.from({ length: many }, () => ({ request: a })),
    ...Array.from({ length: many }, () => ({ request: b })),
  ];
  const numbers = pods.map((_, pod) => pod);
  const classes = [
    {
      rate: rho1 * m1,
      work: { type: 'exponential', mean: UNIT_US / m1 } as const,
      pods: numbers.slice(0, many),
      alone: true,
    },
    {
      rate: rho2 * m2,
      work: { type: 'exponential', mean: UNIT_US / m2 } as const,
      pods: numbers.slice(many),
      alone: true,
    },
  ];
  const [first, second] = sojourns(pods, 1, classes, 300_000, 4);
  const d = m1 * g1 * (1 - rho1) + m2 * g2 * (1 - rho2);
  const left = 1 - rho1 - rho2;
  expectAgreement(first, (1 + (m1 * rho2 * (g2 - g1)) / d) / (m1 * left));
  expectAgreement(second, (1 + (m2 * rho1 * (g1 - g2)) / d) / (m2 * left));
});
