// ingress-nginx as members of the family: what its annotations choose (`load-balance`, `upstream-hash-by`, `affinity: cookie`).
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { hashKey, keyOf } from '../hash-key.ts';
import { KetamaRing, POINTS_PER_WEIGHT } from '../ketama.ts';
import { pooled, type PoolRequest } from '../pool.ts';
import { Ewma } from './ewma.ts';
import { InterleavedRoundRobin } from '../interleaved-round-robin.ts';
import { SubsetHash } from './subset-hash.ts';

const US_PER_S = 1e6;
const silent = (): void => undefined;

const ewma = member({
  name: 'IngressNginxEwma',
  summary:
    'ingress-nginx `load-balance: ewma`: the better of two that are drawn, by how long their answers took lately.',
  args: z.strictObject({}),
  create: () =>
    pooled(({ nowUs, random }) => {
      const scores = new Ewma([]);
      const tried = new WeakMap<PoolRequest, Set<string>>();
      const draw = (low: number, high: number): number => low + random(high - low + 1);
      let numbers = new Map<string, number>();
      return {
        update(endpoints) {
          scores.sync(
            endpoints.map(({ address }) => address),
            nowUs() / US_PER_S,
          );
          numbers = new Map(endpoints.map(({ address }, i) => [address, i]));
        },
        choose(request) {
          const already = tried.get(request) ?? new Set();
          tried.set(request, already);
          const { endpoint: address } = scores.pick(already, draw, nowUs() / US_PER_S);
          return {
            endpoint: numbers.get(address) ?? 0,
            // Of one that has gone nothing is kept. A connection is there at once, so that only the answer is measured.
            ended(_, tookUs) {
              if (numbers.has(address)) scores.measured(address, tookUs / US_PER_S, 0, nowUs() / US_PER_S);
            },
          };
        },
      };
    }),
});

const roundRobin = member({
  name: 'IngressNginxRoundRobin',
  summary: 'ingress-nginx `load-balance: round_robin`, its default: in turn, from a random one on.',
  args: z.strictObject({}),
  create: () =>
    pooled(({ random }) => {
      let turns: InterleavedRoundRobin;
      return {
        update(endpoints) {
          turns = new InterleavedRoundRobin(
            endpoints.map(() => 1),
            random(endpoints.length),
          );
        },
        choose: () => ({ endpoint: turns.next(), ended: silent }),
      };
    }),
});

const hash = member({
  name: 'IngressNginxHash',
  summary: 'ingress-nginx `upstream-hash-by`: consistent hashing, onto endpoints or onto sets of them.',
  args: z.strictObject({
    key: hashKey,
    subset: z.int().min(1).optional().describe('`upstream-hash-by-subset-size`: endpoints of a set (default: no sets)'),
  }),
  create: ({ key, subset }) =>
    pooled(({ random }) => {
      let pick: (text: string) => number;
      return {
        update(endpoints) {
          const addresses = endpoints.map(({ address }) => address);
          if (subset === undefined) {
            const ring = new KetamaRing(addresses.map((name, of) => ({ of, name, points: POINTS_PER_WEIGHT })));
            pick = (text) => ring.at(ring.place(text));
          } else {
            const sets = new SubsetHash(addresses, subset);
            pick = (text) => addresses.indexOf(sets.pick(text, (low, high) => low + random(high - low + 1)));
          }
        },
        choose: (request) => ({ endpoint: pick(keyOf(key, request)), ended: silent }),
      };
    }),
});

const MOST_TRIES = 20;

const sticky = member({
  name: 'IngressNginxSticky',
  summary:
    'ingress-nginx `affinity: cookie` (balanced): a client keeps its endpoint by the key in its cookie, until an attempt there fails.',
  args: z.strictObject({}),
  create: () =>
    pooled(({ random }) => {
      let ring: KetamaRing<number>;
      let addresses: readonly string[] = [];
      /** By client: the key of its cookie. */
      const cookies = new Map<string, number>();
      const failed = new WeakMap<PoolRequest, Set<string>>();
      return {
        update(endpoints) {
          addresses = endpoints.map(({ address }) => address);
          ring = new KetamaRing(addresses.map((name, of) => ({ of, name, points: POINTS_PER_WEIGHT })));
        },
        choose(request) {
          const places = (key: number): number => ring.at(ring.place(String(key)));
          const bad = failed.get(request);
          let key = cookies.get(request.source);
          for (let i = 0; key === undefined || (bad?.has(addresses[places(key)]) === true && i < MOST_TRIES); i += 1) {
            key = random(2 ** 31);
          }
          cookies.set(request.source, key);
          const endpoint = places(key);
          const address = addresses[endpoint];
          return {
            endpoint,
            ended(how) {
              if (how === 'unanswered') failed.set(request, new Set([...(failed.get(request) ?? []), address]));
            },
          };
        },
      };
    }),
});

export const ingressNginxMembers = [ewma, roundRobin, hash, sticky];
