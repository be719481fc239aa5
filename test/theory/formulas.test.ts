// The closed forms against numbers that others computed.
import { describe, expect, it } from 'vitest';
import { md1, mm1, mmc, mmck, quantile, roundRobinMean } from './formulas.ts';
import { oracle } from './oracle.ts';

describe('worked examples', () => {
  it.each([
    ['M/M/1 rho 0.9 mean', mm1(0.9).mean, 10],
    ['M/M/1 rho 0.9 p99', quantile(mm1(0.9), 0.99), 46.051702],
    ['M/M/10 rho 0.9 chance to wait', mmc(10, 0.9).wait, 0.668732],
    ['M/M/10 rho 0.9 mean', mmc(10, 0.9).mean, 1.668732],
    ['M/M/10 rho 0.9 p99', quantile(mmc(10, 0.9), 0.99), 6.249877],
    ['M/M/10/20 rho 0.9 blocking', mmck(10, 20, 0.9).blocking, 0.02951],
    ['M/M/10/20 rho 0.9 mean', mmck(10, 20, 0.9).mean, 1.263928],
    ['M/D/1 rho 0.8 p50 of the wait', quantile(md1(0.8), 0.5) - 1, 1.27594],
    ['M/D/1 rho 0.8 p99 of the wait', quantile(md1(0.8), 0.99) - 1, 10.355887],
    ['round robin over 10, rho 0.9', roundRobinMean(10, 0.9), 5.660276],
    // The tail of M/M/c/K for a K that is never reached is that of M/M/c.
    ['M/M/3/200 rho 0.7 p99', quantile(mmck(3, 200, 0.7), 0.99), quantile(mmc(3, 0.7), 0.99)],
  ])('%s', (_what, actual, expected) => {
    expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-5);
  });
});

it('agrees with every M/M/1, M/M/c, M/M/c/K and M/D/1 of the reference table', () => {
  let compared = 0;
  for (const { model, params, metric, value } of oracle()) {
    const actual = ours(model, JSON.parse(params) as { readonly [name: string]: number }, metric);
    if (actual === undefined) continue;
    // All its quantiles of M/D/1 at 0.7 and at 0.9 are one and the same number: they are not quantiles.
    if (model === 'M/D/1' && value > 300) continue;
    compared += 1;
    const error = Math.abs(actual - value) / Math.max(1, value);
    expect(error, `${model} ${params} ${metric}`).toBeLessThan(1e-6);
  }
  expect(compared).toBeGreaterThan(150);
});

function ours(model: string, params: { readonly [name: string]: number }, metric: string): number | undefined {
  const { lam, c, K, rho } = params;
  const percent = /^T_p(\d\d)$/.exec(metric);
  const q = percent === null ? undefined : Number(percent[1]) / 100;
  if (model === 'M/M/1') return figure(mm1(lam), metric, q);
  if (model === 'M/M/c') return metric === 'P_wait' ? mmc(c, rho).wait : figure(mmc(c, rho), metric, q);
  if (model === 'M/M/c/K' && c > 1) {
    return metric === 'P_block' ? mmck(c, K, lam / c).blocking : figure(mmck(c, K, lam / c), metric, q);
  }
  if (model === 'M/D/1') {
    const wait = /^Wq_p(\d\d)$/.exec(metric);
    const queue = md1(lam ?? rho);
    return wait === null ? figure(queue, metric, q) : Math.max(0, quantile(queue, Number(wait[1]) / 100) - 1);
  }
  return undefined;
}

function figure(queue: ReturnType<typeof mm1>, metric: string, q: number | undefined): number | undefined {
  if (metric === 'W') return queue.mean;
  return q === undefined ? undefined : quantile(queue, q);
}
