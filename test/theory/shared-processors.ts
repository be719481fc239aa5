// Pods that share a node's processors, as queueing theory has them: how long requests of several classes stay, and what they should take.
import { CounterRandom } from '../../src/engine/counter.ts';
import { Samplers } from '../../src/engine/distributions.ts';
import type { DistributionSpec } from '../../src/lib/distribution.ts';
import { CpuRig, type PodCpu } from '../support/cpu-rig.ts';
import { type Line, Verdict } from './judge.ts';

/** Theory's unit of time, the mean work of a request. */
export const UNIT_US = 1e5;
const BATCHES = 40;
/** What is left out at the beginning. */
const WARMUP = 0.05;

export interface CustomerClass {
  readonly rate: number;
  readonly work: DistributionSpec;
  /** Pods among which its requests are divided: each goes to one that is idle, if `alone`, else to the first. */
  readonly pods: readonly number[];
  readonly alone: boolean;
}

export interface Sojourn {
  readonly mean: number;
  readonly error: number;
}

/** The mean time that requests of each class spend, in units, and its standard error by batches. */
export function sojourns(
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

/** Two classes with exponential work of rate m at a load rho, whose pods have a CPU request and so a weight. */
export interface Discriminated {
  readonly requests: readonly [string, string];
  readonly weights: readonly [number, number];
  readonly loads: readonly [number, number];
  readonly rates: readonly [number, number];
}

/** Requests of 1000m and 100m are weights 39 and 4; of 2 and 1 CPU 79 and 39. */
export const DISCRIMINATED: readonly Discriminated[] = [
  { requests: ['1', '100m'], weights: [39, 4], loads: [0.4, 0.4], rates: [1, 1] },
  { requests: ['2', '1'], weights: [79, 39], loads: [0.3, 0.45], rates: [1, 0.5] },
  { requests: ['100m', '1'], weights: [4, 39], loads: [0.2, 0.5], rates: [2, 1] },
];

/**
 * Fayolle, Mitrani, Iasnogorodski: Sharing a processor among many job classes (JACM 27, 1980):
 * W1 = (1 + m1 rho2 (g2 - g1) / D) / (m1 (1 - rho)), D = m1 g1 (1 - rho1) + m2 g2 (1 - rho2), and W2 likewise.
 */
export function discriminatedMeans({ weights, loads, rates }: Discriminated): readonly [number, number] {
  const [g1, g2] = weights;
  const [rho1, rho2] = loads;
  const [m1, m2] = rates;
  const d = m1 * g1 * (1 - rho1) + m2 * g2 * (1 - rho2);
  const left = 1 - rho1 - rho2;
  return [(1 + (m1 * rho2 * (g2 - g1)) / d) / (m1 * left), (1 + (m2 * rho1 * (g1 - g2)) / d) / (m2 * left)];
}

/** Each request has a pod of its own, among so many of its class. */
export function discriminatedSojourns({ requests, loads, rates }: Discriminated, count: number): Sojourn[] {
  const many = 200;
  const pods = requests.flatMap((request) => Array.from({ length: many }, () => ({ request })));
  const numbers = pods.map((_, pod) => pod);
  const classes = rates.map((rate, one) => ({
    rate: loads[one] * rate,
    work: { type: 'exponential', mean: UNIT_US / rate } as const,
    pods: numbers.slice(one * many, (one + 1) * many),
    alone: true,
  }));
  return sojourns(pods, 1, classes, count, 4);
}

const CUSTOMERS = 1_200_000;

/** The rows of docs/theory.md. */
export function sharedProcessorLines(): Line[] {
  return DISCRIMINATED.flatMap((one) => {
    const { weights, loads, rates } = one;
    const found = discriminatedSojourns(one, CUSTOMERS);
    const params = { g: weights.join(':'), rho: loads.join('+'), m: rates.join(':') };
    return discriminatedMeans(one).map((truth, number): Line => {
      const { mean, error } = found[number];
      const agrees = Math.abs(mean - truth) <= 4 * error;
      return {
        model: 'M/M/1-DPS',
        params,
        metric: `W${number + 1}`,
        truth,
        ours: mean,
        error,
        verdict: agrees ? (error <= 0.01 * truth ? Verdict.Agrees : Verdict.Coarse) : Verdict.Disagrees,
        because: undefined,
        customers: CUSTOMERS,
      };
    });
  });
}
