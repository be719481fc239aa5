// Hot dialect: which of a source's clients a request comes from: the same one for everybody who asks.
import { CounterRandom } from '../engine/counter.ts';

export function clientsLuck(seed: number | string): CounterRandom {
  return new CounterRandom(seed, 'network/clients');
}

/** One of so many, in all attempts of the request of that (ordinal, hop). */
export function clientOf(luck: CounterRandom, clients: number, ordinal: number, hop: number): number {
  luck.seek(ordinal, hop, 0);
  return Math.floor(luck.uniform() * clients);
}
