// The schedulers of IPVS as members of the family, for kube-proxy in mode ipvs: one state a node.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import type { Balancer } from '../balancer.ts';
import { InterleavedRoundRobin } from '../interleaved-round-robin.ts';
import type { Pool, PoolContext, PoolEndpoint, Turn } from '../pool.ts';
import { ConnectionCounts } from './connection-counts.ts';
import { maglevPlace, maglevPlaces, sourceBucket, sourceBuckets } from './hash-tables.ts';

function onNode(pool: (context: PoolContext) => Pool): Balancer {
  return { countsConnections: false, choose: () => 0, pool };
}

function scheduler(name: string, summary: string, pool: (context: PoolContext) => Pool) {
  return member({ name, summary, args: z.strictObject({}), create: () => onNode(pool) });
}

const silent = (): void => undefined;

/** What a caller hears where no server has weight: nothing. */
function turnAt(endpoint: number | undefined): Turn | undefined {
  return endpoint === undefined || endpoint < 0 ? undefined : { endpoint, ended: silent };
}

const weightedRoundRobin = scheduler('IpvsWeightedRoundRobin', 'IPVS wrr: in turn, heavy servers more often.', () => {
  let turns: InterleavedRoundRobin;
  return {
    update(endpoints) {
      turns = new InterleavedRoundRobin(
        endpoints.map(({ weight }) => weight),
        -1,
        0,
      );
    },
    choose: () => turnAt(turns.next()),
  };
});

/** The least of what `load` says, the first of equals; servers without weight get nothing. */
function leastOf(weighted: boolean): (context: PoolContext) => Pool {
  return ({ nowUs }) => {
    const counts = new ConnectionCounts(nowUs);
    let all: readonly PoolEndpoint[] = [];
    return {
      update(endpoints) {
        all = endpoints;
      },
      choose() {
        let best = -1;
        let least = 0;
        for (const [i, { address, weight }] of all.entries()) {
          if (weight === 0) continue;
          const load = counts.overhead(address);
          // a / weight(a) < b / weight(b), without divisions.
          if (best < 0 || (weighted ? load * all[best].weight < least * weight : load < least)) {
            best = i;
            least = load;
          }
        }
        return best < 0 ? undefined : counts.begin(best, all[best]);
      },
    };
  };
}

const sourceHash = scheduler('IpvsSourceHash', 'IPVS sh: by the address of the client, in a table of 256.', () => {
  let buckets: readonly number[] = [];
  return {
    update(endpoints) {
      buckets = sourceBuckets(endpoints);
    },
    choose: ({ source }) => turnAt(buckets.at(sourceBucket(source))),
  };
});

const maglevHash = scheduler('IpvsMaglevHash', 'IPVS mh: by the address of the client, in a Maglev table.', () => {
  let places = new Int32Array(0);
  return {
    update(endpoints) {
      places = new Int32Array(maglevPlaces(endpoints));
    },
    choose: ({ source }) => turnAt(places.at(maglevPlace(source))),
  };
});

export const ipvsMembers = [
  weightedRoundRobin,
  scheduler('IpvsLeastConnection', 'IPVS lc: the fewest connections through the node.', leastOf(false)),
  scheduler(
    'IpvsWeightedLeastConnection',
    'IPVS wlc: the fewest connections through the node, by weight.',
    leastOf(true),
  ),
  sourceHash,
  maglevHash,
];
