// gRPC's client-side balancing as members of the family.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { ActiveRequests } from '../active-requests.ts';
import { hashKey, keyOf } from '../hash-key.ts';
import { leastRequest } from '../least-request.ts';
import { type PoolEndpoint, pooled } from '../pool.ts';
import { HashRing, keyHash } from '../ring-hash.ts';
import { randomSubset } from './random-subsetting.ts';

const silent = (): void => undefined;

const least = member({
  name: 'GrpcLeastRequest',
  summary: 'gRPC least_request: the least loaded of some endpoints that are drawn with replacement.',
  args: z.strictObject({ choices: z.int().min(2).max(10).default(2).describe('`choiceCount`') }),
  create: ({ choices }) =>
    pooled(({ random }) => {
      const active = new ActiveRequests();
      let all: readonly PoolEndpoint[] = [];
      return {
        update(endpoints) {
          all = endpoints;
        },
        choose() {
          const index = leastRequest(
            choices,
            () => random(all.length),
            (i) => active.of(all[i].address),
          );
          return active.begin(index, all[index]);
        },
      };
    }),
});

const ring = member({
  name: 'GrpcRingHash',
  summary: 'gRPC ring_hash: consistent hashing by a ring with entries by weight; a request without a key is drawn.',
  args: z.strictObject({
    key: hashKey,
    min: z.int().min(1).max(8_388_608).default(1024).describe('`minRingSize`'),
    max: z.int().min(1).max(8_388_608).default(4096).describe('`maxRingSize`'),
  }),
  create: ({ key, min, max }) =>
    pooled(({ random }) => {
      let numbers: readonly number[] = [];
      let hashes: HashRing;
      return {
        update(endpoints) {
          const sorted = endpoints
            .map(({ address, weight }, number) => ({ address, weight, number }))
            .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
          numbers = sorted.map(({ number }) => number);
          hashes = new HashRing(sorted, Math.min(min, max), max);
        },
        choose(request) {
          const text = keyOf(key, request);
          const place = text === '' ? random(hashes.owners.length) : hashes.place(keyHash(text));
          return { endpoint: numbers[hashes.owners[place]], ended: silent };
        },
      };
    }),
});

const subsetting = member({
  name: 'GrpcRandomSubsetting',
  summary: 'gRPC random_subsetting over round_robin: each client keeps to a few endpoints, in turn.',
  args: z.strictObject({ size: z.int().min(1).describe('endpoints of each client') }),
  create: ({ size }) =>
    pooled(({ random }) => {
      const seed = BigInt(random(2 ** 31)) * 2n ** 31n + BigInt(random(2 ** 31));
      let subset: readonly number[] = [];
      let next = 0;
      return {
        update(endpoints) {
          subset = randomSubset(
            endpoints.map(({ address }) => address),
            size,
            seed,
          );
          next = random(subset.length);
        },
        choose() {
          next = (next + 1) % subset.length;
          return { endpoint: subset[next], ended: silent };
        },
      };
    }),
});

export const grpcMembers = [least, ring, subsetting];
