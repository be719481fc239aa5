// Ten pods behind one proxy: the balancers against a closed form and a simulation made elsewhere.
import { expect, it } from 'vitest';
import { agrees } from './batch-means.ts';
import { mm1, roundRobinMean } from './formulas.ts';
import { compared, model, simulate } from './simulate.ts';

const models = [
  // Splitting a Poisson process at random gives Poisson processes.
  { ...model('Random, 10 pods', 5e5, { pods: 10 }), truth: mm1(0.7).mean, uncertainty: 0 },
  {
    ...model('RoundRobin, 10 pods', 5e5, { pods: 10, balancer: 'RoundRobin' }),
    truth: roundRobinMean(10, 0.7),
    uncertainty: 0,
  },
  // Exponential FIFO servers, best of two without replacement: 2.07594, 95 % confidence interval ± 0.00273.
  {
    ...model('PowerOfTwo, 10 pods', 5e5, { pods: 10, balancer: 'PowerOfTwo', utilisation: 0.8 }),
    truth: 2.07594,
    uncertainty: 0.00273 / 1.96,
  },
];

it.each(models)('$name', ({ truth, uncertainty, ...one }) => {
  const { mean } = simulate(one, one.customers, 1);
  process.stdout.write(`${one.name}: mean ${compared(mean, truth)}\n`);
  expect(mean.error / mean.value).toBeLessThan(0.01);
  expect(agrees({ value: mean.value, error: Math.hypot(mean.error, uncertainty) }, truth)).toBe(true);
});
