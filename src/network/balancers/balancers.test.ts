// Which endpoint each balancer picks.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import type { BalancerView } from './balancer.ts';
import { balancers } from './index.ts';

/** A proxy that knows endpoints with these open connections. */
function view(open: readonly number[]): BalancerView & { open(i: number): number; memory: number } {
  const random = new CounterRandom(1, 'balancers');
  return { count: open.length, random: (n) => random.int(n), open: (i) => open[i], memory: 0 };
}

function picks(name: string, args: unknown, of: BalancerView, times: number): number[] {
  const balancer = balancers.create(name, args, undefined);
  const counts = Array.from({ length: of.count }, () => 0);
  for (let i = 0; i < times; i += 1) counts[balancer.choose(of)] += 1;
  return counts;
}

/** Four standard errors of a binomial count. */
function near(count: number, times: number, chance: number): void {
  expect(Math.abs(count - times * chance)).toBeLessThanOrEqual(4 * Math.sqrt(times * chance * (1 - chance)));
}

describe('Random', () => {
  it('is uniform', () => {
    for (const count of picks('Random', {}, view([9, 0, 3, 1, 5]), 1e5)) near(count, 1e5, 0.2);
  });
});

describe('RoundRobin', () => {
  it('takes turns and goes on when the list has become shorter', () => {
    const balancer = balancers.create('RoundRobin', {}, undefined);
    const four = { ...view([0, 0, 0, 0]), memory: 3 };
    expect([1, 2, 3, 4].map(() => balancer.choose(four))).toEqual([3, 0, 1, 2]);
    const two = { ...view([0, 0]), memory: 3 };
    expect([1, 2, 3].map(() => balancer.choose(two))).toEqual([0, 1, 0]);
  });

  it('begins at a random endpoint', () => {
    const proxies = view([0, 0, 0, 0]);
    const balancer = balancers.create('RoundRobin', {}, undefined);
    const counts = [0, 0, 0, 0];
    for (let proxy = 0; proxy < 1e5; proxy += 1) {
      proxies.memory = 0;
      counts[balancer.choose(proxies)] += 1;
    }
    for (const count of counts) near(count, 1e5, 0.25);
  });
});

describe('PowerOfTwo', () => {
  it.each([
    // Endpoint 0 is the busiest, 3 the idlest. Without replacement: of 6 pairs, 3 wins 3, 2 wins 2, 1 wins 1.
    [{}, [0, 1 / 6, 2 / 6, 3 / 6]],
    // With replacement: of 16 pairs, i wins 2i + 1.
    [{ replacement: true }, [1 / 16, 3 / 16, 5 / 16, 7 / 16]],
  ])('with %j takes the less loaded of two', (args, chances) => {
    const counts = picks('PowerOfTwo', args, view([9, 6, 4, 1]), 1e5);
    for (const [i, chance] of chances.entries()) near(counts[i], 1e5, chance);
  });

  it('takes the only one there is', () => {
    expect(picks('PowerOfTwo', {}, view([4]), 10)).toEqual([10]);
  });
});

it('answers a wrong name or argument with what there is', () => {
  expect(() => balancers.create('PowerOfToo', {}, undefined)).toThrow(/PowerOfToo.*Random.*PowerOfTwo/);
  expect(() => balancers.create('Random', { weight: 1 }, undefined)).toThrow(/weight/);
});
