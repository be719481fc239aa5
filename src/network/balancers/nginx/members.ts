// nginx as members of the family: the directives of its upstream blocks. A list of endpoints that changes is a reload: what was known is forgotten.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { durationFrom } from '../../../lib/units.ts';
import { type HashKey, hashKey, keyOf } from '../hash-key.ts';
import { type Pool, type PoolContext, pooled, type PoolRequest } from '../pool.ts';
import { consistentHash } from './consistent-hash.ts';
import { hash, ipHash } from './hash.ts';
import { leastConn } from './least-conn.ts';
import { random, randomTwo } from './random.ts';
import { roundRobin } from './round-robin.ts';
import { type Method, Upstream, type UpstreamRequest } from './upstream.ts';

const serverArgs = {
  maxFails: z.int().min(0).default(1).describe('failures within `failTimeout` after which a server rests; 0: never'),
  failTimeout: durationFrom(1, '1us').default(10e6).describe('how long it rests (default 10s)'),
  maxConnections: z.int().min(0).default(0).describe('to one server, 0: any number'),
};

type ServerArgs = z.output<z.ZodObject<typeof serverArgs>>;

const DRAWS = 2 ** 31;
const US_PER_S = 1e6;

/** `key` is what the method hashes; its draws come from the context. */
function upstreamPool(
  { maxFails, failTimeout, maxConnections }: ServerArgs,
  key: HashKey | undefined,
  make: (draw: () => number) => Method,
): (context: PoolContext) => Pool {
  return (context) => {
    const nowS = (): number => Math.floor(context.nowUs() / US_PER_S);
    let upstream: Upstream;
    let requests = new WeakMap<PoolRequest, UpstreamRequest>();
    return {
      update(endpoints) {
        const servers = endpoints.map(({ address, weight }) => ({
          address,
          weight,
          maxFails,
          failTimeoutS: failTimeout / US_PER_S,
          maxConnections,
          backup: false,
          down: false,
        }));
        upstream = new Upstream(
          servers,
          make(() => context.random(DRAWS)),
        );
        requests = new WeakMap();
      },
      choose(request) {
        const group = upstream;
        let known = requests.get(request);
        // Tried by all servers, a request of a client that tries again is a new one.
        if (known === undefined || known.triesLeft === 0) {
          known = group.request(key === undefined ? '' : keyOf(key, request));
          requests.set(request, known);
        }
        const through = known;
        const server = group.next(through, nowS());
        if (server === undefined) return undefined;
        return {
          endpoint: group.servers.indexOf(server),
          ended: (how) => group.release(through, server, how === 'unanswered', nowS()),
        };
      },
    };
  };
}

const nginxRoundRobin = member({
  name: 'NginxRoundRobin',
  summary: 'nginx: smooth weighted round robin; servers that fail rest.',
  args: z.strictObject(serverArgs),
  create: (args) => pooled(upstreamPool(args, undefined, () => roundRobin)),
});

const nginxLeastConn = member({
  name: 'NginxLeastConn',
  summary: 'nginx `least_conn`: the fewest connections by weight.',
  args: z.strictObject(serverArgs),
  create: (args) => pooled(upstreamPool(args, undefined, () => leastConn)),
});

const nginxRandom = member({
  name: 'NginxRandom',
  summary: 'nginx `random`, or `random two least_conn`: a server drawn by weight, or the better of two.',
  args: z.strictObject({
    two: z.boolean().default(false).describe('whether two are drawn and compared by connections'),
    ...serverArgs,
  }),
  create: (args) => pooled(upstreamPool(args, undefined, args.two ? randomTwo : random)),
});

const nginxHash = member({
  name: 'NginxHash',
  summary: 'nginx `hash`, or `hash … consistent`: by a hash of something that requests have.',
  args: z.strictObject({
    key: hashKey,
    consistent: z.boolean().default(false).describe('whether few keys move when servers come and go'),
    ...serverArgs,
  }),
  create: (args) => pooled(upstreamPool(args, args.key, args.consistent ? consistentHash : () => hash)),
});

const nginxIpHash = member({
  name: 'NginxIpHash',
  summary: 'nginx `ip_hash`: clients of one network of 24 bits go to one server.',
  args: z.strictObject(serverArgs),
  create: (args) => pooled(upstreamPool(args, 'source', () => ipHash)),
});

export const nginxMembers = [nginxRoundRobin, nginxLeastConn, nginxRandom, nginxHash, nginxIpHash];
