// Prequal, C3 and zone-aware routing: the rules of their papers, and what they promise.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../../engine/counter.ts';
import { balancers } from '../index.ts';
import type { Pool, PoolEndpoint } from '../pool.ts';
import { CubicRate, c3Score, cubicStep } from './c3-score.ts';
import { prequalChoice } from './prequal-choice.ts';
import { zoneShares } from './zone-share.ts';

const request = () => ({ source: '198.18.0.1', header: () => '', cookie: () => '', key: () => '' });

/** Servers that serve one after the other, the first of them so many times as slowly, with one request a millisecond. */
function meanWaitMs(name: string, slow: number): number {
  let nowUs = 0;
  const random = new CounterRandom(1, 'research');
  const servers = [slow, 1, 1, 1, 1].map((factor) => ({ factor, freeUs: 0, held: 0 }));
  const made = balancers.create(name, {}, { nowUs: () => nowUs });
  const pool = made.pool?.({ nowUs: () => nowUs, random: (n) => random.int(n), zone: 0 });
  if (pool === undefined) throw new Error(`${name} has no pool`);
  const endpoints = servers.map(
    (server, i): PoolEndpoint => ({
      address: `10.0.0.${i + 1}:80`,
      weight: 1,
      zone: 0,
      held: () => server.held,
    }),
  );
  (pool satisfies Pool).update(endpoints);
  const ends: { atUs: number; end: () => void }[] = [];
  let waitedUs = 0;
  const count = 20_000;
  for (let i = 0; i < count; i += 1) {
    nowUs += 1000 * random.exponential();
    for (let next = ends.at(0); next !== undefined && next.atUs <= nowUs; next = ends.at(0)) {
      ends.shift();
      const until = nowUs;
      nowUs = next.atUs;
      next.end();
      nowUs = until;
    }
    const turn = pool.choose(request());
    if (turn === undefined) throw new Error('nobody');
    const server = servers[turn.endpoint];
    const startUs = Math.max(nowUs, server.freeUs);
    server.freeUs = startUs + 3000 * server.factor * random.exponential();
    server.held += 1;
    const tookUs = server.freeUs - nowUs;
    waitedUs += tookUs;
    const end = {
      atUs: server.freeUs,
      end: () => {
        server.held -= 1;
        turn.ended('answered', tookUs);
      },
    };
    const at = ends.findIndex(({ atUs }) => atUs > end.atUs);
    ends.splice(at < 0 ? ends.length : at, 0, end);
  }
  return waitedUs / count / 1000;
}

describe('Prequal', () => {
  const probe = (address: string, inFlight: number, latencyUs: number) => ({ address, inFlight, latencyUs, atUs: 0 });

  it('takes the fastest of those that are not hot', () => {
    // The quantile 0.84 of 1, 2, 3, 4, 9 is the last one: of five, only what is above 9 is hot.
    const five = [probe('a', 1, 90), probe('b', 2, 50), probe('c', 3, 40), probe('d', 4, 70), probe('e', 9, 10)];
    expect(prequalChoice(five)).toBe(4);
    // Of eight the quantile is the seventh: the eighth is hot, however fast it says it is.
    const eight = [...five.slice(0, 4), probe('f', 2, 60), probe('g', 2, 80), probe('h', 3, 45), probe('i', 9, 1)];
    expect(prequalChoice(eight)).toBe(2);
    expect(prequalChoice([])).toBe(-1);
  });

  it('leaves a slow server alone, which turns and counts of own requests do not', () => {
    const prequal = meanWaitMs('Prequal', 4);
    expect(prequal).toBeLessThan(0.5 * meanWaitMs('NginxRoundRobin', 4));
    expect(prequal).toBeLessThan(12);
  });
});

describe('C3', () => {
  it('weighs a queue to the third power', () => {
    // Two outstanding of one client and a queue of 1: (1 + 2 + 1)^3 * 4 ms, and 2 ms of network.
    expect(c3Score(2, 4, 2, 1, 1)).toBe(2 + 64 * 4);
    // Twenty waiting at a server of 1 ms are worse than four at one of 50 ms: 21^3 > 50 * 5^3.
    expect(c3Score(0, 1, 0, 1, 20)).toBeGreaterThan(c3Score(0, 50, 0, 1, 4));
  });

  it('raises a rate along a cubic curve that is flat at the rate of the last decrease', () => {
    const plateauMs = Math.cbrt((100 * 0.2) / 4e-6);
    expect(cubicStep(95, 100, plateauMs)).toBeCloseTo(100, 6);
    expect(cubicStep(100, 100, plateauMs + 100)).toBeCloseTo(104, 6);
    expect(cubicStep(100, 100, 1e6)).toBe(110);
    expect(cubicStep(50, 100, 0)).toBe(60);
  });

  it('sends no more than the rate in a window of 20 ms', () => {
    const rate = new CubicRate(3);
    const sent = [0, 0, 0, 0].map(() => {
      const allowed = rate.allows(5);
      if (allowed) rate.sent(5);
      return allowed;
    });
    expect(sent).toEqual([true, true, true, false]);
    expect(rate.allows(26)).toBe(true);
  });

  it('is better than turns with a slow server', () => {
    expect(meanWaitMs('C3', 4)).toBeLessThan(0.5 * meanWaitMs('NginxRoundRobin', 4));
  });
});

describe('zone-aware routing', () => {
  const counts = (...all: [number, number][]) =>
    all.map(([callers, endpoints], zone) => ({ zone, callers, endpoints }));

  it('keeps everything in a zone with its share of endpoints', () => {
    expect(zoneShares(counts([2, 2], [2, 2]), 0)).toEqual([10_000, 0]);
    expect(zoneShares(counts([1, 3], [3, 1]), 0)).toEqual([10_000, 0]);
  });

  it('sends the rest where endpoints have more than their share', () => {
    // Zone 0 has half of the callers and a quarter of the endpoints: half of its requests stay. Zones 1 and 2 have a quarter of
    // the callers; 37.5 % of the endpoints are in each: alike.
    expect(zoneShares(counts([4, 2], [2, 3], [2, 3]), 0)).toEqual([5000, 2500, 2500]);
    expect(zoneShares(counts([4, 2], [2, 2], [2, 4]), 0)).toEqual([5000, 0, 5000]);
  });

  it('knows no zone without callers', () => {
    expect(zoneShares(counts([0, 1], [2, 3]), 0)).toEqual([2500, 7500]);
  });
});
