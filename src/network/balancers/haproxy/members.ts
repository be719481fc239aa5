// HAProxy as members of the family: the algorithms of `balance`. Servers that stay keep what they serve when others come or go.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { hashKey, keyOf } from '../hash-key.ts';
import { type Pool, type PoolContext, pooled, type PoolRequest } from '../pool.ts';
import { type Algorithm, Backend, type BackendRequest, type BackendServer, Servers } from './backend.ts';
import { first } from './first.ts';
import { hash, hashFunctions } from './hash.ts';
import { leastconn } from './leastconn.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';
import { staticRoundRobin } from './weight-map.ts';

const MOST_WEIGHT = 256;

/** Without `maxconn` nothing waits in the proxy. */
function backendPool(
  make: (servers: Servers, context: PoolContext) => Algorithm,
  key: (request: PoolRequest) => string,
): (context: PoolContext) => Pool {
  return (context) => {
    let backend: Backend;
    let byAddress = new Map<string, BackendServer>();
    return {
      update(endpoints) {
        const before = byAddress;
        const lines = endpoints.map(({ weight }) => ({
          weight: Math.min(MOST_WEIGHT, weight),
          maxConnections: 0,
          maxQueue: 0,
          backup: false,
        }));
        const servers = new Servers(lines, false);
        byAddress = new Map(endpoints.map(({ address }, i) => [address, servers.all[i]]));
        for (const [address, server] of byAddress) {
          const { served = 0, sessions = 0 } = before.get(address) ?? {};
          server.served = served;
          server.sessions = sessions;
        }
        backend = new Backend(servers, make(servers, context));
      },
      choose(request) {
        const own: BackendRequest = backend.request(key(request));
        if (backend.start(own) !== 'running' || own.server === undefined) return undefined;
        const endpoint = own.server.number;
        const address = [...byAddress].find(([, server]) => server === own.server)?.[0] ?? '';
        return {
          endpoint,
          ended() {
            // The server of that address as it is now, if it is still there.
            own.server = byAddress.get(address);
            backend.end(own);
          },
        };
      },
    };
  };
}

const none = (): string => '';
const DRAWS = 2 ** 16;

function unhashed(name: string, summary: string, make: (servers: Servers) => Algorithm) {
  return member({ name, summary, args: z.strictObject({}), create: () => pooled(backendPool(make, none)) });
}

const haproxyHash = member({
  name: 'HaproxyHash',
  summary: 'HAProxy `balance source` or `hdr(…)`: by a hash, with a map or a ring, with bounded loads if wanted.',
  args: z.strictObject({
    key: hashKey,
    type: z.enum(['map-based', 'consistent']).default('map-based').describe('`hash-type`'),
    function: z
      .enum(Object.keys(hashFunctions) as [keyof typeof hashFunctions])
      .optional()
      .describe('of headers and cookies (default sdbm)'),
    avalanche: z
      .boolean()
      .optional()
      .describe('whether a hash is spread again (default: of consistent without a function)'),
    balanceFactor: z
      .union([z.literal(0), z.int().min(101).max(65_535)])
      .default(0)
      .describe('`hash-balance-factor`: percent of the mean load that no server exceeds; 0: any'),
  }),
  create: (args) => {
    const settings = {
      of: args.key === 'source' ? 'source' : 'header',
      type: args.type,
      function: args.function ?? 'sdbm',
      avalanche: args.avalanche ?? (args.type === 'consistent' && args.function === undefined),
      balanceFactor: args.balanceFactor,
    } as const;
    return pooled(
      backendPool(
        (servers) => hash(servers, settings),
        (request) => keyOf(args.key, request),
      ),
    );
  },
});

const haproxyRandom = member({
  name: 'HaproxyRandom',
  summary: 'HAProxy `random(n)`: the least loaded of servers drawn by weight.',
  args: z.strictObject({ draws: z.int().min(1).max(64).default(2).describe('how many') }),
  create: ({ draws }) =>
    pooled(
      backendPool((servers, { random: draw }) => random(servers, draws, () => draw(DRAWS) * DRAWS + draw(DRAWS)), none),
    ),
});

export const haproxyMembers = [
  unhashed('HaproxyRoundRobin', 'HAProxy `roundrobin`: fair turns by weight.', roundRobin),
  unhashed('HaproxyStaticRoundRobin', 'HAProxy `static-rr`: a table of turns by weight.', staticRoundRobin),
  unhashed('HaproxyLeastConn', 'HAProxy `leastconn`: the fewest requests by weight.', leastconn),
  unhashed('HaproxyFirst', 'HAProxy `first`: the first server that has room.', first),
  haproxyHash,
  haproxyRandom,
];
