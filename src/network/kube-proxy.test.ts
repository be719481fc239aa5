// When a change of endpoints comes into effect at a node.
import { expect, it } from 'vitest';
import type { DistributionSpec } from '../engine/distributions.ts';
import { Engine } from '../engine/engine.ts';
import { EndpointTable } from '../model/endpoint-table.ts';
import { sliceOf } from '../../test/support/slices.ts';
import { idealNetwork } from '../../test/support/traffic-rig.ts';
import { KubeProxies } from './kube-proxy.ts';
import type { NetworkSettings } from './settings.ts';
import type { NodeRow, ObjectRow } from '../model/rows.ts';

const ZERO = { type: 'constant', value: 0 } as const;

function settings(watchDelivery: DistributionSpec, ideal = false): NetworkSettings {
  const slow = { minSyncPeriodUs: 1e6, syncFixedUs: 20_000, syncPerEndpointUs: 5, syncPerServiceUs: 0 };
  return { ...idealNetwork, watchDelivery, ...(ideal ? {} : { kubeProxy: slow }) };
}

/** A log with commits of `changed` endpoints at the given times, and proxies that are asked as time goes on. */
function proxies(commits: readonly (readonly [atUs: number, changed: number])[], options: NetworkSettings, seed = 1) {
  const engine = new Engine({ seed });
  const endpoints = new EndpointTable();
  const kind = engine.kind(
    'commit',
    (changed) => void endpoints.commit(0 as ObjectRow, sliceOf({ pods: [] }), changed, engine.now),
  );
  for (const [atUs, changed] of commits) engine.at(atUs, kind, changed, 0);
  const kubeProxies = new KubeProxies(engine, endpoints, options);
  return {
    engine,
    endpoints,
    cursor: (node: NodeRow, atUs: number): number => {
      engine.run(atUs);
      return kubeProxies.cursor(node);
    },
  };
}

it('sees after the watch delay, then syncs, at most once a second, taking all it has seen', () => {
  // Seen 5 ms after the commit. First sync 10.005 s … + 20 ms + 5 µs. The two of 10.1 s and 10.5 s wait for one sync at
  // 11.005 s, which takes 20 ms + 5 µs × 5. That of 11.5 s waits until 12.005 s. That of 20 s is synced as soon as it is seen.
  const log = [
    [10e6, 1],
    [10.1e6, 2],
    [10.5e6, 3],
    [11.5e6, 1],
    [20e6, 4],
  ] as const;
  const { cursor } = proxies(log, settings({ type: 'constant', value: 5000 }));
  const expected: [number, number][] = [
    [10_025_004, 0],
    [10_025_005, 1],
    [11_025_024, 1],
    [11_025_025, 3],
    [12_025_004, 3],
    [12_025_005, 4],
    [20_025_019, 4],
    [20_025_020, 5],
  ];
  for (const [atUs, entries] of expected) expect([atUs, cursor(7 as NodeRow, atUs)]).toEqual([atUs, entries]);
});

it('gives the same answers however rarely it is asked', () => {
  const commits: [number, number][] = [];
  for (let i = 0; i < 300; i += 1) commits.push([Math.round(1e5 * i + 9e4 * Math.sin(i * i)) + 1e5, 1 + (i % 7)]);
  commits.sort((a, b) => a[0] - b[0]);
  const often = proxies(commits, settings({ type: 'lognormal', median: 50_000, sigma: 1 }));
  const rarely = proxies(commits, settings({ type: 'lognormal', median: 50_000, sigma: 1 }));
  for (let atUs = 0; atUs < 35e6; atUs += 1000) {
    const fresh = [often.cursor(-1, atUs), often.cursor(3 as NodeRow, atUs)];
    // 3.7 s between questions of one proxy, 8.9 s of the other: less than what it looks back.
    if (atUs % 3_700_000 === 0) expect(rarely.cursor(-1, atUs)).toBe(fresh[0]);
    if (atUs % 8_900_000 === 0) expect(rarely.cursor(3 as NodeRow, atUs)).toBe(fresh[1]);
  }
  expect(often.cursor(3 as NodeRow, 40e6)).toBe(300);
  expect(rarely.cursor(3 as NodeRow, 40e6)).toBe(300);
});

it('is late by different times on different nodes, and by no more than a sync period and a sync', () => {
  const { engine, cursor } = proxies([[1e6, 1]], settings({ type: 'lognormal', median: 1500, sigma: 0.6 }));
  const effective = new Map<number, number>();
  for (let atUs = 1e6; atUs < 1.05e6; atUs += 50) {
    for (let node = 0 as NodeRow; node < 200; node = (node + 1) as NodeRow) {
      if (!effective.has(node) && cursor(node, atUs) === 1) effective.set(node, engine.now - 1e6);
    }
  }
  const late = [...effective.values()].sort((a, b) => a - b);
  expect(late.length).toBe(200);
  // 20.005 ms and a lognormal of median 1.5 ms; its standard error with 200 nodes is 0.08 ms.
  expect(Math.abs(late[100] - 21_505)).toBeLessThan(350);
  expect(new Set(late).size).toBeGreaterThan(50);
});

it('is at once with preset ideal', () => {
  const { cursor } = proxies([[1e6, 1]], settings(ZERO, true));
  expect([cursor(0 as NodeRow, 1e6 - 1), cursor(0 as NodeRow, 1e6), cursor(5 as NodeRow, 1e6)]).toEqual([0, 1, 1]);
});

it('drops versions that nobody can ask for', () => {
  const commits = Array.from({ length: 2000 }, (_, i) => [1e5 * (i + 1), 1] as const);
  const { endpoints, cursor } = proxies(commits, settings(ZERO));
  for (let atUs = 0; atUs <= 200e6; atUs += 1e6) cursor(0 as NodeRow, atUs);
  // All but those of the last 10 s and up to 256 more are gone: an old cursor gets the oldest version kept.
  expect(endpoints.at(0 as ObjectRow, 1000).entry).toBeGreaterThan(1000);
  expect(endpoints.at(0 as ObjectRow, 1990).entry).toBe(1989);
});

it('takes longer for each Service that there is, where the mode does', () => {
  const { kubeProxy, ...rest } = settings(ZERO);
  const { cursor } = proxies([[0, 10]], { ...rest, kubeProxy: { ...kubeProxy, syncPerServiceUs: 5000 } });
  // One Service: 20 ms, 50 us for ten endpoints, 5 ms.
  expect([cursor(0 as NodeRow, 25_049), cursor(0 as NodeRow, 25_050)]).toEqual([0, 1]);
});
