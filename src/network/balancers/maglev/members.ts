// Cilium's Maglev as a member of the family, in place of kube-proxy: one table, the same on every node.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { murmur3 } from '../../../lib/hashing/murmur3.ts';
import type { Balancer } from '../balancer.ts';
import { ciliumTable } from './cilium.ts';

const utf8 = new TextEncoder();
/** The seed of Cilium's default `maglev.hashSeed` is a secret of each cluster: any number will do. */
const SEED = 0x5eed;

const ciliumMaglev = member({
  name: 'CiliumMaglev',
  summary: 'Cilium without kube-proxy, `loadBalancer.algorithm: maglev`: by the address of the client.',
  args: z.strictObject({
    tableSize: z
      .literal([251, 509, 1021, 2039, 4093, 8191, 16_381, 32_749, 65_521, 131_071])
      .default(16_381)
      .describe('`maglev.tableSize`'),
  }),
  create: ({ tableSize }): Balancer => ({
    countsConnections: false,
    choose: () => 0,
    pool: () => {
      let table = new Int32Array(0);
      return {
        update(endpoints) {
          const backends = endpoints.map(({ address, weight }, id) => ({
            id,
            weight,
            hashString: `[${address}/TCP,State:active]`,
          }));
          table = new Int32Array(ciliumTable(backends, tableSize, SEED));
        },
        choose({ source }) {
          const [hash] = murmur3(utf8.encode(source), SEED);
          return { endpoint: table[Number(hash % BigInt(tableSize))], ended: () => undefined };
        },
      };
    },
  }),
});

export const maglevMembers = [ciliumMaglev];
