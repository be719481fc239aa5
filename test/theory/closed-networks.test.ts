// The formulas of closed networks and retrials against worked examples, each other, and their limits.
import { describe, expect, it } from 'vitest';
import { byConvolution, finiteSource, mva, retrial } from './closed-networks.ts';
import { mmc } from './formulas.ts';

describe('mean value analysis', () => {
  it('has the values of a worked example', () => {
    // Lazowska et al., Quantitative System Performance, 1984, ch. 6: demands of 0.605, 2.1 and 1.35 s, users who think for 15 s.
    const demands = [0.605, 2.1, 1.35];
    // One user meets nobody: 1 / (15 + 4.055) = 0.0525. With two, R = D (1 + Q(1)) = 0.624, 2.331, 1.446: 2 / 19.401 = 0.1031.
    expect(mva(1, 15, demands).throughput).toBeCloseTo(0.0525, 4);
    expect(mva(2, 15, demands).throughput).toBeCloseTo(0.1031, 4);
    expect(mva(2, 15, demands).times.map((time) => Number(time.toFixed(3)))).toEqual([0.624, 2.331, 1.446]);
    // Many users: the slowest station is always busy.
    expect(mva(200, 15, demands).throughput).toBeCloseTo(1 / 2.1, 6);
  });

  it.each([
    [5, 0, [1, 1]],
    [20, 15, [1]],
    [40, 20, [1, 0.5, 0.8]],
  ])('agrees with the convolution of %i users, %i, %j', (users, think, demands) => {
    expect(mva(users, think, demands).throughput).toBeCloseTo(byConvolution(users, think, demands), 10);
  });

  it('of one station is the machine repair model', () => {
    expect(mva(20, 15, [1]).throughput).toBeCloseTo(finiteSource(20, 1, 15).throughput, 10);
    expect(mva(20, 15, [1]).times[0]).toBeCloseTo(finiteSource(20, 1, 15).mean, 10);
  });
});

describe('retrials', () => {
  it.each([
    [0.5, 1],
    [0.7, 0.2],
    [0.3, 20],
  ])('of one server have the closed form: load %d, rate %d', (load, nu) => {
    // Falin and Templeton 1997, M/M/1/1: the server is busy for a share of rho, E(orbit) = rho / (1 - rho) (lambda / nu + rho).
    const known = retrial(1, load, nu);
    expect(known.full).toBeCloseTo(load, 9);
    expect(known.orbit).toBeCloseTo((load / (1 - load)) * (load / nu + load), 7);
  });

  it('at once are a queue', () => {
    // Everybody waits in the orbit: the chance of a wait is Erlang's C, the orbit is the queue.
    const known = retrial(3, 2, 1e5);
    expect(known.full).toBeCloseTo(mmc(3, 2 / 3).wait, 3);
    expect(known.orbit).toBeCloseTo(2 * (mmc(3, 2 / 3).mean - 1), 2);
  });

  it('after a long time are fresh arrivals', () => {
    // Cohen 1957: r = (a + r) B(c, a + r) more come than without.
    const b = (load: number): number => {
      let blocking = 1;
      for (let k = 1; k <= 5; k += 1) blocking = (load * blocking) / (k + load * blocking);
      return blocking;
    };
    let more = 0;
    for (let i = 0; i < 200; i += 1) more = (2 + more) * b(2 + more);
    expect(retrial(5, 2, 0.002, 2000).attempts).toBeCloseTo(1 + more / 2, 3);
  });
});
