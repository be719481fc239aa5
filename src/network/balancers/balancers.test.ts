// Which endpoint each balancer picks.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import type { BalancerView } from './balancer.ts';
import { balancers } from './index.ts';

/** A proxy that knows endpoints with these open connections; the board has these reports, and it has sent so many since. */
function view(open: readonly number[], reported = open, sent = open.map(() => 0)): BalancerView & { memory: number } {
  const random = new CounterRandom(1, 'balancers');
  return {
    count: open.length,
    random: (n) => random.int(n),
    open: (i) => open[i],
    reported: (i) => reported[i],
    sent: (i) => sent[i],
    memory: 0,
  };
}

function picks(name: string, args: unknown, of: BalancerView, times: number): number[] {
  const balancer = balancers.create(name, args, { nowUs: () => 0 });
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
    const balancer = balancers.create('RoundRobin', {}, { nowUs: () => 0 });
    const four = { ...view([0, 0, 0, 0]), memory: 3 };
    expect([1, 2, 3, 4].map(() => balancer.choose(four))).toEqual([3, 0, 1, 2]);
    const two = { ...view([0, 0]), memory: 3 };
    expect([1, 2, 3].map(() => balancer.choose(two))).toEqual([0, 1, 0]);
  });

  it('begins at a random endpoint', () => {
    const proxies = view([0, 0, 0, 0]);
    const balancer = balancers.create('RoundRobin', {}, { nowUs: () => 0 });
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

describe('JoinShortestQueue', () => {
  it('takes any of the shortest queues, uniformly', () => {
    const counts = picks('JoinShortestQueue', {}, view([2, 1, 4, 1, 1]), 3e4);
    for (const [i, chance] of [0, 1 / 3, 0, 1 / 3, 1 / 3].entries()) near(counts[i], 3e4, chance);
  });

  it.each([
    // Of 10 triples of five, the longest but i ones win: C(4,2), C(3,2), C(2,2) of 10.
    [3, [0, 0, 1 / 10, 3 / 10, 6 / 10]],
    [1, [1 / 5, 1 / 5, 1 / 5, 1 / 5, 1 / 5]],
    [64, [0, 0, 0, 0, 1]],
  ])('compares %i different endpoints', (choices, chances) => {
    const counts = picks('JoinShortestQueue', { choices }, view([9, 8, 7, 6, 5]), 1e5);
    for (const [i, chance] of chances.entries()) near(counts[i], 1e5, chance);
  });

  it('draws every set of endpoints equally often', () => {
    // All equal: the first one drawn is taken, and every endpoint is first equally often.
    for (const count of picks('JoinShortestQueue', { choices: 4 }, view([1, 1, 1, 1, 1, 1]), 1e5))
      near(count, 1e5, 1 / 6);
  });
});

describe('JoinIdleQueue', () => {
  it.each([
    [
      [3, 0, 1, 0],
      [0, 1 / 2, 0, 1 / 2],
    ],
    [
      [3, 9, 1, 2],
      [1 / 4, 1 / 4, 1 / 4, 1 / 4],
    ],
  ])('with queues %j', (open, chances) => {
    const counts = picks('JoinIdleQueue', {}, view(open), 1e5);
    for (const [i, chance] of chances.entries()) near(counts[i], 1e5, chance);
  });
});

describe('LoadBoard', () => {
  it.each([
    [{ refresh: '1s' }, 1],
    [{ refresh: '1s', addOwn: true }, 2],
    [{ refresh: '1s', choices: 4 }, 1],
  ])('with %j goes by what was published', (args, least) => {
    // Open connections say 0, the board says 1, with its own requests since then it is 2.
    const counts = picks('LoadBoard', args, view([0, 5, 5, 5], [6, 2, 3, 9], [0, 4, 0, 0]), 100);
    expect(counts[least]).toBe(100);
  });
});

it('answers a wrong name or argument with what there is', () => {
  expect(() => balancers.create('PowerOfToo', {}, { nowUs: () => 0 })).toThrow(/PowerOfToo.*Random.*PowerOfTwo/);
  expect(() => balancers.create('Random', { weight: 1 }, { nowUs: () => 0 })).toThrow(/weight/);
});
