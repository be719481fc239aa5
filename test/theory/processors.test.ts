// Pods that share a node against queueing theory: processor sharing, its insensitivity, weights (discriminatory processor sharing), several processors.
import { describe, expect, it } from 'vitest';
import {
  discriminatedMeans,
  discriminatedSojourns,
  DISCRIMINATED,
  type Sojourn,
  sojourns,
  UNIT_US,
} from './shared-processors.ts';

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

it.each(DISCRIMINATED)('discriminatory processor sharing, requests $requests', (one) => {
  const found = discriminatedSojourns(one, 300_000);
  for (const [number, theory] of discriminatedMeans(one).entries()) expectAgreement(found[number], theory);
});
