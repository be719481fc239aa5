// Gangs against closed forms: the slowest of n, the ring all-reduce, and what failures and checkpoints cost (Daly).
import { describe, expect, test } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import { Samplers } from '../../src/engine/distributions.ts';
import { Engine } from '../../src/engine/engine.ts';
import { exp, log } from '../../src/engine/elementary.ts';
import type { DistributionSpec } from '../../src/lib/distribution.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';
import type { TrainingSpec } from '../../src/model/settings/training.ts';
import { Gang, type GangHost } from '../../src/training/gang.ts';
import type { Member } from '../../src/training/member.ts';
import { ringOrder, ringUs } from '../../src/training/ring.ts';

/** After everything. */
const END_US = 1e14;
/** An interval of 99.99 %. */
const SIGMAS = 3.9;

const SPEC: TrainingSpec = {
  steps: 20_000,
  step: { type: 'constant', value: 1e6 },
  allReduce: undefined,
  checkpoint: undefined,
  begin: { type: 'constant', value: 0 },
  members: undefined,
  lastCallUs: 0,
  timeoutUs: 600e6,
  exitCode: undefined,
};

interface Rig {
  readonly engine: Engine;
  readonly gang: Gang;
  readonly member: (rank: number, node?: number) => Member;
}

/** Nodes are in zone 0 from 0 to 9, in zone 1 from 10 to 19 and so on; node 5 is half as fast. */
function rig(spec: Partial<TrainingSpec>, size: number, seed = 1): Rig {
  const engine = new Engine({ seed });
  const samplers = new Samplers();
  const whole = { ...SPEC, ...spec };
  const nothing = { type: 'constant', value: 0 } as const;
  const next = engine.kind('next', (_, turn) => {
    if (turn === gang.turn) gang.next();
  });
  const host: GangHost = {
    get nowUs() {
      return engine.now;
    },
    samplers,
    luck: new CounterRandom(seed, 'training'),
    zoneOf: (node) => Math.floor(node / 10),
    latencyUs: (from, to) => (Math.floor(from / 10) === Math.floor(to / 10) ? 50 : 500),
    speedOf: (node) => (node === 5 ? 0.5 : 1),
    book: (afterUs) => engine.after(afterUs, next, 0, gang.turn),
    exit: () => undefined,
    wanted: () => size,
  };
  const gang: Gang = new Gang(
    7,
    {
      ...whole,
      stepSampler: samplers.add(whole.step),
      saveSampler: samplers.add(whole.checkpoint?.takes ?? nothing),
      beginSampler: samplers.add(whole.begin),
    },
    host,
  );
  const member = (rank: number, node = rank % 5): Member => ({
    pod: rank as PodRow,
    epoch: 0,
    container: 0,
    node: node as NodeRow,
    rank,
    silent: false,
  });
  return { engine, gang, member };
}

/** Mean and standard error, s, of a step of n members. */
function meanStep(step: DistributionSpec, n: number): number {
  const { engine, gang, member } = rig({ step }, n);
  for (let rank = 0; rank < n; rank += 1) gang.join(member(rank));
  engine.run(END_US);
  expect(gang.state).toBe('done');
  return gang.computeUs / SPEC.steps / 1e6;
}

/** E[max] and its standard deviation for a survival function, by the trapezoidal rule over [0, top]. */
function maximum(cdf: (x: number) => number, n: number, top: number): { mean: number; deviation: number } {
  const cells = 200_000;
  let mean = 0;
  let square = 0;
  for (let i = 0; i < cells; i += 1) {
    const x = ((i + 0.5) * top) / cells;
    const above = 1 - cdf(x) ** n;
    mean += (above * top) / cells;
    square += (2 * x * above * top) / cells;
  }
  return { mean, deviation: Math.sqrt(square - mean * mean) };
}

describe('a step takes as long as its slowest member', () => {
  const sizes = [1, 2, 8, 64];

  test.each(sizes)('of %i with exponential steps: the harmonic number', (n) => {
    let harmonic = 0;
    let variance = 0;
    for (let i = 1; i <= n; i += 1) {
      harmonic += 1 / i;
      variance += 1 / (i * i);
    }
    const error = Math.sqrt(variance / SPEC.steps);
    const mean = meanStep({ type: 'exponential', mean: 1e6 }, n);
    expect(Math.abs(mean - harmonic) / error).toBeLessThan(SIGMAS);
  });

  test.each(sizes)('of %i with uniform steps: a + (b − a) n / (n + 1)', (n) => {
    const wanted = 1 + n / (n + 1);
    const deviation = Math.sqrt(n / ((n + 1) ** 2 * (n + 2)));
    const mean = meanStep({ type: 'uniform', min: 1e6, max: 2e6 }, n);
    expect(Math.abs(mean - wanted) / (deviation / Math.sqrt(SPEC.steps))).toBeLessThan(SIGMAS);
  });

  test.each(sizes)('of %i whose logarithms are normal: the integral of 1 − Φ(ln x / σ)ⁿ', (n) => {
    const sigma = 0.3;
    const { mean: wanted, deviation } = maximum((x) => normalCdf(log(x) / sigma), n, 12);
    const mean = meanStep({ type: 'lognormal', median: 1e6, sigma }, n);
    expect(Math.abs(mean - wanted) / (deviation / Math.sqrt(SPEC.steps))).toBeLessThan(SIGMAS);
  });

  test('one slow node slows all of them down', () => {
    const { engine, gang, member } = rig({ steps: 10 }, 4);
    for (let rank = 0; rank < 4; rank += 1) gang.join(member(rank, rank === 3 ? 5 : rank));
    engine.run(END_US);
    expect(gang.computeUs).toBe(20e6);
    // Three of four wait a second in each step.
    expect(gang.stragglerUs).toBeCloseTo(7.5e6, 3);
  });
});

describe('ring all-reduce', () => {
  const places = { zoneOf: (node: number) => Math.floor(node / 10), latencyUs: () => 100 };
  const spec = { bytes: 8e9, sameNode: 25e9, sameZone: 10e9, otherZone: 2e9 };

  test.each([2, 3, 8, 64])('of %i members: 2 (n − 1) / n × size / bandwidth, and 2 (n − 1) latencies', (n) => {
    const nodes = Array.from({ length: n }, (_, at) => ((at % 10) + 0) as NodeRow);
    const wide = { ...spec, sameNode: spec.sameZone };
    const wanted = ((2 * (n - 1)) / n) * (spec.bytes / spec.sameZone) * 1e6 + 2 * (n - 1) * 100;
    expect(ringUs(nodes, wide, places)).toBeCloseTo(wanted, 3);
  });

  test('alone there is nobody to send to', () => {
    expect(ringUs([3 as NodeRow], spec, places)).toBe(0);
  });

  test('the slowest link sets the pace, and the ring leaves a node and a zone once', () => {
    const nodes = [11, 0, 11, 0, 12, 1] as NodeRow[];
    const ring = ringOrder(nodes, places);
    expect(ring).toEqual([0, 0, 1, 11, 11, 12]);
    expect(ringUs(ring, spec, places)).toBeCloseTo(10 * (100 + (8e9 / 6 / 2e9) * 1e6), 3);
  });

  test('a partition stops it', () => {
    expect(ringUs([1, 2] as NodeRow[], spec, { ...places, latencyUs: () => -1 })).toBe(-1);
  });
});

describe('failures and checkpoints', () => {
  // With a mean time M between failures, a checkpoint of δ after each τ of work and R to begin again, a segment of length s takes
  // M e^(R/M) (e^(s/M) − 1) on average (J. T. Daly, Future Generation Computer Systems 22, 2006, equation 13), and the first start as much as
  // R without anything before it: M (e^(R/M) − 1).
  const M = 300;
  const R = 20;
  const DELTA = 5;
  const STEPS = 400;

  function wanted(tau: number): number {
    const segments = STEPS / tau;
    const segment = (length: number): number => M * exp(R / M) * (exp(length / M) - 1);
    return M * (exp(R / M) - 1) + (segments - 1) * segment(tau + DELTA) + segment(tau);
  }

  function time(tau: number, seed: number): number {
    const { engine, gang, member } = rig(
      {
        steps: STEPS,
        checkpoint: { steps: tau, takes: { type: 'constant', value: DELTA * 1e6 } },
        begin: { type: 'constant', value: R * 1e6 },
      },
      2,
      seed,
    );
    const luck = engine.stream('failures');
    const fail = engine.kind('fail', () => {
      if (gang.state === 'done') return;
      gang.leave(0 as PodRow, 0, 0);
      gang.join(member(0));
      engine.after(Math.round(M * 1e6 * luck.exponential()), fail, 0, 0);
    });
    engine.after(Math.round(M * 1e6 * luck.exponential()), fail, 0, 0);
    gang.join(member(0));
    gang.join(member(1));
    engine.run(END_US);
    expect(gang.state).toBe('done');
    return gang.finishedUs / 1e6;
  }

  test.each([10, 50, 100])('a checkpoint every %i s', (tau) => {
    const times = Array.from({ length: 400 }, (_, seed) => time(tau, seed + 1));
    const mean = times.reduce((sum, one) => sum + one, 0) / times.length;
    const variance = times.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (times.length - 1);
    expect(Math.abs(mean - wanted(tau)) / Math.sqrt(variance / times.length)).toBeLessThan(SIGMAS);
  });

  test("Young's interval √(2 δ M) is better than half and twice of it", () => {
    const best = Math.sqrt(2 * DELTA * M);
    expect(best).toBeCloseTo(54.77, 2);
    expect(wanted(50)).toBeLessThan(wanted(25));
    expect(wanted(50)).toBeLessThan(wanted(100));
  });
});

describe('who is lost, and who comes', () => {
  const checkpoint = { steps: 10, takes: { type: 'constant', value: 2e6 } } as const;

  test('nothing proceeds while a member is missing, and what was not saved is lost', () => {
    const { engine, gang, member } = rig({ steps: 30, checkpoint }, 3);
    for (let rank = 0; rank < 2; rank += 1) gang.join(member(rank));
    engine.run(50e6);
    expect([gang.state, gang.size, gang.done]).toEqual(['waiting', 0, 0]);
    gang.join(member(2));
    // Ten steps, two seconds for the checkpoint, and five and a half steps.
    engine.run(50e6 + 17.5e6);
    expect([gang.done, gang.saved]).toEqual([15, 10]);
    gang.leave(1 as PodRow, 0, 0);
    expect([gang.state, gang.done, gang.lostUs]).toEqual(['waiting', 10, 5.5e6]);
    engine.run(100e6);
    gang.join(member(1));
    engine.run(END_US);
    expect([gang.state, gang.finishedUs, gang.begins]).toEqual(['done', 100e6 + 22e6, 2]);
  });

  test('an elastic gang goes on with fewer, does less in each step, and takes in who comes', () => {
    const { engine, gang, member } = rig({ steps: 30, checkpoint, members: { min: 2, max: 4 }, lastCallUs: 5e6 }, 4);
    for (let rank = 0; rank < 4; rank += 1) gang.join(member(rank));
    engine.run(12e6);
    expect(gang.saved).toBe(10);
    gang.leave(3 as PodRow, 0, 0);
    expect(gang.state).toBe('gathering');
    engine.run(17e6);
    expect([gang.state, gang.size]).toEqual(['computing', 3]);
    engine.run(21e6);
    expect(gang.done).toBe(13);
    gang.join(member(3));
    expect([gang.size, gang.done]).toEqual([4, 10]);
    engine.run(END_US);
    // Ten steps, a checkpoint, ten steps.
    expect([gang.state, gang.finishedUs]).toEqual(['done', 21e6 + 22e6]);
  });

  test('a silent member is waited for, unless another one comes in its place', () => {
    for (const comes of [false, true]) {
      const { engine, gang, member } = rig({ steps: 30, checkpoint, timeoutUs: 60e6 }, 2);
      gang.join(member(0, 1));
      gang.join(member(1, 2));
      engine.run(3.5e6);
      gang.silence(2 as NodeRow);
      engine.run(10e6);
      expect([gang.state, gang.size]).toEqual(['stalled', 2]);
      if (comes) gang.join(member(1, 3));
      engine.run(63.9e6);
      expect(gang.state).toBe(comes ? 'done' : 'stalled');
      engine.run(64e6);
      expect(gang.state).toBe(comes ? 'done' : 'waiting');
      if (!comes) expect(gang.lostUs).toBe(64e6);
    }
  });

  test('pods that are too many stand by', () => {
    const { engine, gang, member } = rig({ steps: 30, members: { min: 2, max: 2 } }, 3);
    for (let rank = 0; rank < 3; rank += 1) gang.join(member(rank));
    engine.run(5e6);
    expect([gang.size, gang.begins]).toEqual([2, 1]);
    gang.leave(2 as PodRow, 0, 0);
    expect(gang.done).toBe(5);
    gang.join(member(2));
    gang.leave(1 as PodRow, 0, 0);
    expect([gang.size, gang.begins]).toEqual([2, 2]);
  });
});

/** Abramowitz and Stegun 26.2.17: off by less than 7.5e-8. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z < 0 ? tail : 1 - tail;
}
