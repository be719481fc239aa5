// C3: replicas ranked by what their last answers said of queue and service time, with a rate for each client and server.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { type PoolEndpoint, pooled } from '../pool.ts';
import { CubicRate, c3Score } from './c3-score.ts';

const FRESH = 0.9;
const US_PER_MS = 1000;
const FIRST_RATE = 10;

interface Known {
  responseMs: number;
  serviceMs: number;
  queue: number;
  outstanding: number;
  readonly rate: CubicRate;
}

export const c3 = member({
  name: 'C3',
  summary:
    'The replica with the least score of network, queue to the third power and service time; rates are cubic (NSDI 2015).',
  args: z.strictObject({
    rateControl: z
      .boolean()
      .default(true)
      .describe('whether a client that gets too little back sends less to a server'),
  }),
  create: ({ rateControl }) => {
    let clients = 0;
    return pooled(({ nowUs, random }) => {
      clients += 1;
      const nowMs = (): number => nowUs() / US_PER_MS;
      const known = new Map<string, Known>();
      let all: readonly PoolEndpoint[] = [];
      const of = (address: string): Known => {
        let one = known.get(address);
        if (one === undefined) {
          one = { responseMs: 0, serviceMs: 0, queue: 0, outstanding: 0, rate: new CubicRate(FIRST_RATE) };
          known.set(address, one);
        }
        return one;
      };
      const score = (address: string): number => {
        const { responseMs, serviceMs, outstanding, queue } = of(address);
        return c3Score(responseMs - serviceMs, serviceMs, outstanding, clients, queue);
      };
      return {
        update(endpoints) {
          all = endpoints;
        },
        choose() {
          let best = -1;
          let free = -1;
          const start = random(all.length);
          for (let i = 0; i < all.length; i += 1) {
            const at = (start + i) % all.length;
            const { address } = all[at];
            const here = score(address);
            if (best < 0 || here < score(all[best].address)) best = at;
            if (of(address).rate.allows(nowMs()) && (free < 0 || here < score(all[free].address))) free = at;
          }
          // With all at their rates the request waits in C3; here it goes to the best.
          const endpoint = rateControl && free >= 0 ? free : best;
          const one = of(all[endpoint].address);
          const { held } = all[endpoint];
          one.outstanding += 1;
          one.rate.sent(nowMs());
          return {
            endpoint,
            ended(_, tookUs) {
              const queue = held();
              const tookMs = tookUs / US_PER_MS;
              one.outstanding -= 1;
              one.responseMs += FRESH * (tookMs - one.responseMs);
              // A server says how long it worked; those that waited before it had the same.
              one.serviceMs += FRESH * (tookMs / (queue + 1) - one.serviceMs);
              one.queue += FRESH * (queue - one.queue);
              one.rate.received(nowMs());
            },
          };
        },
      };
    });
  },
});
