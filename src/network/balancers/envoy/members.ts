// Envoy as members of the family: its load balancing policies.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { ActiveRequests } from '../active-requests.ts';
import { EdfSchedule } from '../edf-schedule.ts';
import { type HashKey, hashKey, keyOf } from '../hash-key.ts';
import { leastRequest } from '../least-request.ts';
import { type Pool, type PoolContext, type PoolEndpoint, pooled } from '../pool.ts';
import { HashRing, keyHash } from '../ring-hash.ts';
import { leastRequestWeight } from './least-request-weight.ts';
import { maglevTable } from './maglev.ts';

function unequal(endpoints: readonly PoolEndpoint[]): boolean {
  return endpoints.some(({ weight }) => weight !== endpoints[0].weight);
}

/** With equal weights by least of some draws, else by a schedule; `choices` 0: in turn. */
function scheduled(choices: number, bias: number): (context: PoolContext) => Pool {
  return ({ random }) => {
    const active = new ActiveRequests();
    let all: readonly PoolEndpoint[] = [];
    let schedule: EdfSchedule | undefined;
    let next = 0;
    const weightOf = (index: number): number =>
      choices === 0 ? all[index].weight : leastRequestWeight(all[index].weight, active.of(all[index].address), bias);
    return {
      update(endpoints) {
        all = endpoints;
        // A start of its own, so that not all proxies come to the same host.
        next = random(all.length);
        schedule = undefined;
        if (!unequal(all)) return;
        const made = new EdfSchedule(all.map(({ weight }) => weight));
        for (let i = 0; i < next; i += 1) made.pick((index) => all[index].weight);
        schedule = made;
      },
      choose() {
        let index: number;
        if (schedule !== undefined) index = schedule.pick(weightOf);
        else if (choices > 0) {
          index = leastRequest(
            choices,
            () => random(all.length),
            (i) => active.of(all[i].address),
          );
        } else {
          index = next % all.length;
          next = index + 1;
        }
        return active.begin(index, all[index]);
      },
    };
  };
}

/** By a table that is made when the endpoints change; a request without a key is drawn. */
function keyed(key: HashKey, make: (endpoints: readonly PoolEndpoint[]) => (hash: bigint) => number) {
  return ({ random }: PoolContext): Pool => {
    let lookUp: (hash: bigint) => number;
    let count = 0;
    const known = new Map<string, number>();
    return {
      update(endpoints) {
        count = endpoints.length;
        lookUp = make(endpoints);
        known.clear();
      },
      choose(request) {
        const text = keyOf(key, request);
        if (text === '') return { endpoint: random(count), ended: () => undefined };
        let endpoint = known.get(text);
        if (endpoint === undefined) {
          endpoint = lookUp(keyHash(text));
          known.set(text, endpoint);
        }
        return { endpoint, ended: () => undefined };
      },
    };
  };
}

const envoyRoundRobin = member({
  name: 'EnvoyRoundRobin',
  summary: 'Envoy ROUND_ROBIN: in turn, with unequal weights by earliest deadline.',
  args: z.strictObject({}),
  create: () => pooled(scheduled(0, 0)),
});

const envoyLeastRequest = member({
  name: 'EnvoyLeastRequest',
  summary: 'Envoy LEAST_REQUEST: the least loaded of some that are drawn; with unequal weights by earliest deadline.',
  args: z.strictObject({
    choices: z.int().min(2).max(64).default(2).describe('how many are drawn, where weights are equal'),
    bias: z.number().min(0).max(10).default(1).describe('how much requests count against a weight; 0: nothing'),
  }),
  create: ({ choices, bias }) => pooled(scheduled(choices, bias)),
});

const envoyRingHash = member({
  name: 'EnvoyRingHash',
  summary: 'Envoy RING_HASH: consistent hashing by a ring with entries by weight.',
  args: z.strictObject({
    key: hashKey,
    min: z.int().min(1).max(8_388_608).default(1024).describe('entries of the ring at least'),
    max: z.int().min(1).max(8_388_608).default(8_388_608).describe('entries at most'),
  }),
  create: ({ key, min, max }) =>
    pooled(
      keyed(key, (endpoints) => {
        const ring = new HashRing(endpoints, min, max);
        return (hash) => ring.owners[ring.place(hash)];
      }),
    ),
});

const envoyMaglev = member({
  name: 'EnvoyMaglev',
  summary: 'Envoy MAGLEV: consistent hashing by a table.',
  args: z.strictObject({
    key: hashKey,
    tableSize: z.int().min(2).max(5_000_011).default(65_537).describe('places of the table, a prime number'),
  }),
  create: ({ key, tableSize }) =>
    pooled(
      keyed(key, (endpoints) => {
        const table = maglevTable(endpoints, tableSize);
        return (hash) => table[Number(hash % BigInt(table.length))];
      }),
    ),
});

export const envoyMembers = [envoyRoundRobin, envoyLeastRequest, envoyRingHash, envoyMaglev];
