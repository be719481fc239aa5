// Every sampler by moments and quantiles over a million draws, within four standard errors of the closed form.
import { describe, expect, test } from 'vitest';
import { exp, log } from '../../src/engine/elementary.ts';
import { type DistributionSpec, Samplers } from '../../src/engine/distributions.ts';
import { gamma } from '../../src/engine/gamma.ts';
import { Stream } from '../../src/engine/random.ts';
import { expectMoments, expectShares, momentErrors, sample } from './statistics.ts';

const DRAWS = 1_000_000;

/** Standard normal values with these shares below them. */
const NORMAL = [
  [-2.3263478740408408, 0.01],
  [-1.2815515655446004, 0.1],
  [0, 0.5],
  [1.2815515655446004, 0.9],
  [2.3263478740408408, 0.99],
  [3.090232306167813, 0.999],
] as const;
const SHARES = [0.01, 0.1, 0.5, 0.9, 0.99, 0.999] as const;

/** The value with the given share below it, by bisection of a distribution function. */
function inverse(cdf: (x: number) => number, share: number): number {
  let [low, high] = [0, 1];
  while (cdf(high) < share) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (cdf(middle) < share) low = middle;
    else high = middle;
  }
  return high;
}

const quantiles = (cdf: (x: number) => number): (readonly [number, number])[] =>
  SHARES.map((share) => [inverse(cdf, share), share]);

/** Erlang's distribution function, shape n and scale 1. */
function erlang(n: number, x: number): number {
  let term = Math.exp(-x);
  let sum = term;
  for (let k = 1; k < n; k++) {
    term *= x / k;
    sum += term;
  }
  return 1 - sum;
}

interface Case {
  readonly spec: DistributionSpec;
  readonly mean: number;
  readonly variance: number;
  readonly shares: readonly (readonly [number, number])[];
}

/** Two exponential branches with half of the mean each: p = (1 + sqrt((scv - 1) / (scv + 1))) / 2. */
function hyperexponential(mean: number, scv: number): Case {
  const p = (1 + Math.sqrt((scv - 1) / (scv + 1))) / 2;
  const [rate, other] = [(2 * p) / mean, (2 * (1 - p)) / mean];
  return {
    spec: { type: 'hyperexponential', mean, scv },
    mean,
    variance: scv * mean * mean,
    shares: quantiles((x) => 1 - p * Math.exp(-rate * x) - (1 - p) * Math.exp(-other * x)),
  };
}

function weibull(shape: number, scale: number): Case {
  const moment = (k: number): number => scale ** k * gamma(1 + k / shape);
  return {
    spec: { type: 'weibull', shape, scale },
    mean: moment(1),
    variance: moment(2) - moment(1) ** 2,
    shares: SHARES.map((share) => [scale * (-Math.log(1 - share)) ** (1 / shape), share]),
  };
}

/** The density is shape min^shape x^(-shape - 1) / (1 - (min / max)^shape). */
function pareto(shape: number, min: number, max: number): Case {
  const norm = 1 - (min / max) ** shape;
  const moment = (k: number): number =>
    k === shape
      ? (shape * min ** shape * Math.log(max / min)) / norm
      : ((shape * min ** shape) / norm) * ((max ** (k - shape) - min ** (k - shape)) / (k - shape));
  return {
    spec: { type: 'pareto', shape, min, max },
    mean: moment(1),
    variance: moment(2) - moment(1) ** 2,
    shares: SHARES.map((share) => [min * (1 - share * norm) ** (-1 / shape), share]),
  };
}

function lognormal(median: number, sigma: number): Case {
  const square = Math.exp(sigma * sigma);
  return {
    spec: { type: 'lognormal', median, sigma },
    mean: median * Math.sqrt(square),
    variance: median * median * square * (square - 1),
    shares: NORMAL.map(([z, share]) => [median * Math.exp(sigma * z), share]),
  };
}

function gammaOf(shape: number, mean: number, cdf: (x: number) => number): Case {
  return {
    spec: { type: 'gamma', shape, mean },
    mean,
    variance: (mean * mean) / shape,
    shares: quantiles((x) => cdf((x * shape) / mean)),
  };
}

const values = [5, 1, 4, 1, 3];

const cases: readonly Case[] = [
  {
    spec: { type: 'uniform', min: 20, max: 50 },
    mean: 35,
    variance: 75,
    shares: [23, 35, 49.7].map((x) => [x, (x - 20) / 30]),
  },
  {
    spec: { type: 'exponential', mean: 250 },
    mean: 250,
    variance: 62_500,
    shares: SHARES.map((share) => [-250 * Math.log(1 - share), share]),
  },
  gammaOf(1, 10, (x) => erlang(1, x)),
  gammaOf(3, 12, (x) => erlang(3, x)),
  gammaOf(25, 1000, (x) => erlang(25, x)),
  // With shape 1/2, x is half the square of a normal number: its share below z^2 / 2 is that of |normal| below z.
  {
    ...gammaOf(0.5, 1, (x) => x),
    shares: NORMAL.filter(([z]) => z > 0).map(([z, share]) => [z * z, 2 * share - 1]),
  },
  hyperexponential(40, 1),
  hyperexponential(40, 4),
  hyperexponential(40, 20),
  lognormal(12_000, 0.3),
  lognormal(12_000, 1),
  weibull(0.7, 100),
  weibull(1.5, 100),
  weibull(4, 100),
  pareto(1, 10, 1000),
  pareto(1.5, 10, 10_000),
  pareto(3, 10, 1000),
  {
    spec: { type: 'empirical', values },
    mean: 2.8,
    variance: 2.56,
    shares: [
      [1, 0.4],
      [3, 0.6],
      [4, 0.8],
    ],
  },
];

describe.each(cases.map((one) => [JSON.stringify(one.spec), one] as const))(
  '%s',
  (name, { spec, mean, variance, shares }) => {
    const samplers = new Samplers();
    const id = samplers.add(spec);

    test('moments and quantiles', () => {
      const random = new Stream(1, name);
      const drawn = sample(DRAWS, () => samplers.draw(id, random));
      expectMoments(drawn, mean, variance);
      expectShares(drawn, shares);
    });

    test('mean in closed form', () => expect(samplers.mean(id) / mean).toBeCloseTo(1, 10));
  },
);

test('a constant is drawn from nothing', () => {
  const samplers = new Samplers();
  const id = samplers.add({ type: 'constant', value: 17 });
  const random = new Stream(1, 'x');
  expect([samplers.draw(id, random), samplers.mean(id), random.u32()]).toEqual([17, 17, new Stream(1, 'x').u32()]);
});

test('a mean that is 1 % off fails these tests', () => {
  const random = new Stream(1, 'canary');
  const drawn = sample(DRAWS, () => 1.01 * random.exponential());
  expect(Math.abs(momentErrors(drawn, 1, 1).mean)).toBeGreaterThan(4);
});

test('limits: an scv of 1 is exponential, a sigma of 0 the median, equal bounds a constant', () => {
  const samplers = new Samplers();
  const random = new Stream(1, 'limits');
  expect(samplers.draw(samplers.add({ type: 'lognormal', median: 5, sigma: 0 }), random)).toBe(5);
  expect(samplers.draw(samplers.add({ type: 'uniform', min: 3, max: 3 }), random)).toBe(3);
  const bounded = samplers.add({ type: 'pareto', shape: 1.1, min: 2, max: 9 });
  const drawn = sample(100_000, () => samplers.draw(bounded, random));
  expect([Math.min(...drawn.subarray(0, 50_000)) >= 2, Math.max(...drawn.subarray(0, 50_000)) <= 9]).toEqual([
    true,
    true,
  ]);
});

test.each<DistributionSpec>([
  { type: 'uniform', min: 2, max: 1 },
  { type: 'gamma', shape: 0, mean: 1 },
  { type: 'hyperexponential', mean: 1, scv: 0.5 },
  { type: 'pareto', shape: 1, min: 0, max: 1 },
  { type: 'weibull', shape: Number.NaN, scale: 1 },
  { type: 'empirical', values: [] },
])('%o is refused', (spec) => expect(() => new Samplers().add(spec)).toThrow('impossible distribution'));

test('pinned, so that every version of Node agrees to the last bit', () => {
  const samplers = new Samplers();
  const random = new Stream(42, 'pinned');
  const sums = cases.map(({ spec }) => {
    const id = samplers.add(spec);
    return sample(1000, () => samplers.draw(id, random)).reduce((sum, value) => sum + value, 0);
  });
  expect([sums, exp(1.5), log(1.5)]).toEqual([
    [
      35074.08810812514, 249106.32843799872, 9973.797585454777, 12119.774375223502, 999520.7873865734,
      998.4392978661007, 39681.29096104571, 39324.955154950476, 39545.3254613773, 12822147.777033377,
      19667624.075054344, 123910.78734047529, 92502.02253911269, 91748.22825386125, 47499.19219596025,
      29355.05400188421, 14669.597678639691, 2786,
    ],
    4.4816890703380645,
    0.4054651081081644,
  ]);
});
