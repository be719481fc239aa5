// Prequal: each query sends probes ahead for the ones after it, and is led by what the last ones found.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { durationFrom } from '../../../lib/units.ts';
import { type PoolEndpoint, pooled } from '../pool.ts';
import { LatencyHistory } from './latency-history.ts';
import { type Probe, prequalChoice } from './prequal-choice.ts';

export const prequal = member({
  name: 'Prequal',
  summary:
    'Of servers probed lately: the fastest of those that are not hot, by requests in flight and latency (NSDI 2024).',
  args: z.strictObject({
    probes: z.int().min(1).max(64).default(3).describe('sent with each request'),
    pool: z.int().min(1).max(1024).default(16).describe('results that are kept'),
    age: durationFrom(1, '1us').default(1e6).describe('after which a result is dropped (default 1s)'),
  }),
  create: ({ probes, pool: most, age }) => {
    /** What servers know of themselves, by address: how long answers take. */
    const histories = new Map<string, LatencyHistory>();
    const historyOf = (address: string): LatencyHistory => {
      const history = histories.get(address) ?? new LatencyHistory();
      histories.set(address, history);
      return history;
    };
    return pooled(({ nowUs, random }) => {
      let all: readonly PoolEndpoint[] = [];
      let numbers = new Map<string, number>();
      let known: Probe[] = [];
      const probe = (): void => {
        const { address, held } = all[random(all.length)];
        const inFlight = held();
        known.push({ address, inFlight, latencyUs: historyOf(address).at(inFlight), atUs: nowUs() });
      };
      return {
        update(endpoints) {
          all = endpoints;
          numbers = new Map(endpoints.map(({ address }, i) => [address, i]));
        },
        choose() {
          const sinceUs = nowUs() - age;
          known = known.filter(({ address, atUs }) => atUs >= sinceUs && numbers.has(address)).slice(-most);
          const at = prequalChoice(known);
          // A result is used once: the next one would be led to the same place.
          const [chosen] = at < 0 ? [] : known.splice(at, 1);
          const endpoint = chosen === undefined ? random(all.length) : (numbers.get(chosen.address) ?? 0);
          for (let i = 0; i < probes; i += 1) probe();
          const { address, held } = all[endpoint];
          const found = held();
          return { endpoint, ended: (_, tookUs) => historyOf(address).add(found, tookUs) };
        },
      };
    });
  },
});
