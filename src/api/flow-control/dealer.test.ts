// Shuffle sharding: hands that Kubernetes' own dealer deals (k8s.io/apiserver v0.36.3), and the odds that its documentation has.
import { describe, expect, it } from 'vitest';
import { dealHand, flowHash } from './dealer.ts';

/** FlowSchema, distinguisher, queues, size of the hand, hand. */
const dealt: readonly (readonly [string, string, number, number, readonly number[]])[] = [
  ['global-default', 'kubernetes-admin', 128, 6, [41, 18, 84, 13, 110, 5]],
  ['service-accounts', 'system:serviceaccount:shop:wild', 128, 6, [6, 57, 33, 114, 91, 55]],
  ['kube-system-service-accounts', 'default', 128, 6, [79, 77, 100, 47, 27, 48]],
  ['system-nodes', 'system:node:node-01', 64, 6, [22, 45, 55, 3, 38, 63]],
  ['system-leader-election', 'system:kube-scheduler', 16, 4, [10, 15, 8, 13]],
  ['lab', 'a', 8, 2, [2, 6]],
  ['lab', 'b', 8, 2, [2, 1]],
  ['x', '', 5, 5, [1, 4, 0, 3, 2]],
  ['ü', 'λ', 64, 8, [27, 20, 53, 56, 25, 13, 14, 57]],
];

describe('the dealer', () => {
  it.each(dealt)('deals %s/%s of %i queues', (schema, distinguisher, queues, handSize, hand) => {
    expect(dealHand(flowHash(schema, distinguisher), queues, handSize)).toEqual(hand);
  });

  it.each([
    // Hand, queues, chance that a flow is squished by 1, 4 and 16 heavy ones: rows of the table in Kubernetes' page on flow control.
    [12, 32, [4.428838398950118e-9, 0.11431348830099144, 0.9935089607656024]],
    [10, 32, [1.550093439632541e-8, 0.0626479840223545, 0.9753101519027554]],
  ])('hands of %i out of %i queues: a flow is squished as seldom as published', (handSize, queues, published) => {
    const heavyFlows = [1, 4, 16];
    const exact = heavyFlows.map((heavy) => chanceOf(heavy, handSize, queues));
    for (const [index, chance] of exact.entries()) expect(chance / published[index]).toBeCloseTo(1, 9);
    const trials = 2000;
    for (const [index, heavy] of heavyFlows.entries()) {
      const seen = squished(trials, heavy, handSize, queues);
      const error = 4 * Math.sqrt((exact[index] * (1 - exact[index])) / trials) + 1 / trials;
      expect(Math.abs(seen - exact[index]), `${heavy} heavy flows`).toBeLessThan(error);
    }
  });
});

function squished(trials: number, heavy: number, handSize: number, queues: number): number {
  let count = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const taken = new Set<number>();
    for (let flow = 0; flow < heavy; flow += 1) {
      for (const queue of dealHand(flowHash('heavy', `${trial}/${flow}`), queues, handSize)) taken.add(queue);
    }
    if (dealHand(flowHash('light', `${trial}`), queues, handSize).every((queue) => taken.has(queue))) count += 1;
  }
  return count / trials;
}

/** That a hand lies within the union of others: over the size of the union, which grows by hypergeometric steps. */
function chanceOf(heavy: number, hand: number, queues: number): number {
  let sizes = new Map([[0, 1]]);
  for (let flow = 0; flow < heavy; flow += 1) {
    const next = new Map<number, number>();
    for (const [size, probability] of sizes) {
      for (let fresh = 0; fresh <= hand; fresh += 1) {
        const ways = (choose(queues - size, fresh) * choose(size, hand - fresh)) / choose(queues, hand);
        next.set(size + fresh, (next.get(size + fresh) ?? 0) + probability * ways);
      }
    }
    sizes = next;
  }
  return [...sizes].reduce(
    (sum, [size, probability]) => sum + (probability * choose(size, hand)) / choose(queues, hand),
    0,
  );
}

function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let ways = 1;
  for (let i = 1; i <= k; i += 1) ways = (ways * (n - k + i)) / i;
  return ways;
}
