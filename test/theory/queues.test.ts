// One pod as a queue, through the whole path of a request, against the closed forms; and proof that the check can fail.
import { describe, expect, it } from 'vitest';
import { agrees } from './batch-means.ts';
import { md1, mm1, mmc, mmck, type Queue, quantile } from './formulas.ts';
import { compared, constant, type Figures, model, simulate } from './simulate.ts';

const models = [
  { ...model('M/M/1', 1.5e6), truth: mm1(0.7) },
  { ...model('M/M/8', 1e6, { slots: 8 }), truth: mmc(8, 0.7) },
  { ...model('M/M/2/6', 1e6, { slots: 2, queue: 4 }), truth: mmck(2, 6, 0.7) },
  { ...model('M/D/1', 1e6, { service: constant }), truth: md1(0.7) },
];

function agreesWith(figures: Figures, truth: Queue): boolean {
  return (
    agrees(figures.mean, truth.mean) &&
    agrees(figures.p99, quantile(truth, 0.99)) &&
    (truth.blocking === 0 ? figures.blocking.value === 0 : agrees(figures.blocking, truth.blocking))
  );
}

describe('a pod at utilisation 0.7', () => {
  it.each(models)('is $name', ({ truth, ...one }) => {
    const figures = simulate(one, one.customers, 1);
    const mean = compared(figures.mean, truth.mean);
    const p99 = compared(figures.p99, quantile(truth, 0.99));
    const blocking = truth.blocking === 0 ? '' : `, blocking ${compared(figures.blocking, truth.blocking)}`;
    process.stdout.write(`${one.name}: mean ${mean}, p99 ${p99}${blocking}\n`);
    expect(figures.mean.error / figures.mean.value).toBeLessThan(0.01);
    expect(figures.p99.error / figures.p99.value).toBeLessThan(0.03);
    expect(agreesWith(figures, truth)).toBe(true);
  });

  it.each(models)('is not $name when its service takes 5 % longer', ({ truth, ...one }) => {
    expect(agreesWith(simulate(one, one.customers / 4, 1.05), truth)).toBe(false);
  });
});
