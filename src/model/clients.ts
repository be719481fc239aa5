// Hot dialect: which of a source's clients a request comes from: the same one for everybody who asks.
import { CounterRandom } from '../engine/counter.ts';
import { formatIpv4 } from './ipv4.ts';
import type { SourceSpec } from './settings/traffic.ts';

export function clientsLuck(seed: number | string): CounterRandom {
  return new CounterRandom(seed, 'network/clients');
}

/** The `clients` of `clientOf` for a source: below 0 where users send the requests, whose ordinal says whose they are. */
export function clientsOf({ clients, users }: Pick<SourceSpec, 'clients' | 'users'>): number {
  return users === undefined ? clients : -clients;
}

/** One of so many, in all attempts of the request of that (ordinal, hop); below 0: the same for all requests of that ordinal. */
export function clientOf(luck: CounterRandom, clients: number, ordinal: number, hop: number): number {
  if (clients < 0) return (ordinal >>> 0) % -clients;
  luck.seek(ordinal, hop, 0);
  return Math.floor(luck.uniform() * clients);
}

/** The first address for clients: of the range for benchmarks (RFC 2544). */
const FIRST_CLIENT = 0xc6_12_00_00;

/** The IPv4 address of a client outside, as a number. */
export function clientAddress(client: number): number {
  return (FIRST_CLIENT + client) >>> 0;
}

/** The same as text. */
export function clientIp(client: number): string {
  return formatIpv4(clientAddress(client));
}
