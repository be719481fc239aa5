// Envoy's zone-aware routing: requests stay in their zone as long as its endpoints are not asked for more than their share.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { ActiveRequests } from '../active-requests.ts';
import { leastRequest } from '../least-request.ts';
import { type PoolEndpoint, pooled } from '../pool.ts';
import { zoneShares } from './zone-share.ts';

const STEPS = 2 ** 30;

export const zoneAware = member({
  name: 'ZoneAware',
  summary:
    'Envoy zone-aware routing over LEAST_REQUEST: in the zone of the caller as far as its share of endpoints goes.',
  args: z.strictObject({
    minEndpoints: z.int().min(1).default(6).describe('with fewer endpoints zones do not matter (`min_cluster_size`)'),
    choices: z.int().min(2).max(64).default(2).describe('how many endpoints are drawn and compared'),
  }),
  create: ({ minEndpoints, choices }) => {
    /** Proxies by zone: how the callers are spread. */
    const callers = new Map<number, number>();
    return pooled(({ random, zone }) => {
      callers.set(zone, (callers.get(zone) ?? 0) + 1);
      const active = new ActiveRequests();
      let all: readonly PoolEndpoint[] = [];
      let byZone = new Map<number, number[]>();
      const zoneOf = (): readonly number[] => {
        const zones = [...new Set([...callers.keys(), ...byZone.keys()])].sort((a, b) => a - b);
        const counts = zones.map((one) => ({
          zone: one,
          callers: callers.get(one) ?? 0,
          endpoints: byZone.get(one)?.length ?? 0,
        }));
        const shares = zoneShares(counts, zone);
        const sum = shares.reduce((a, b) => a + b, 0);
        let at = (random(STEPS) / STEPS) * sum;
        for (const [i, share] of shares.entries()) {
          at -= share;
          if (at < 0) return byZone.get(zones[i]) ?? [];
        }
        return [];
      };
      return {
        update(endpoints) {
          all = endpoints;
          byZone = new Map();
          for (const [i, one] of endpoints.entries()) byZone.set(one.zone, [...(byZone.get(one.zone) ?? []), i]);
        },
        choose() {
          const near = zone < 0 || all.length < minEndpoints ? [] : zoneOf();
          const draw = (): number => (near.length > 0 ? near[random(near.length)] : random(all.length));
          const endpoint = leastRequest(choices, draw, (i) => active.of(all[i].address));
          return active.begin(endpoint, all[endpoint]);
        },
      };
    });
  },
});
