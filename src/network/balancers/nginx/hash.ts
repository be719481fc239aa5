// nginx's `hash` and `ip_hash`: a number of the key selects by weight; where it leads to nobody usable it is hashed on.
import { crc32 } from '../../../lib/hashing/crc32.ts';
import { byWeight, type Method, MOST_MISSES, totalWeight, type UpstreamRequest } from './upstream.ts';

const FIRST_IP_HASH = 89;
const IP_MULTIPLIER = 113;
const IP_MODULUS = 6271;
/** Addresses of the same network of 24 bits go to the same server. */
const NETWORK_BYTES = 3;

const utf8 = new TextEncoder();

function byHash(next: (request: UpstreamRequest) => number): Method {
  return {
    alsoBackups: false,
    pick(upstream, request, group, nowS) {
      const total = totalWeight(group);
      if (request.key !== '') {
        for (; request.misses <= MOST_MISSES; request.misses += 1) {
          const hash = next(request);
          request.hash = hash;
          request.round += 1;
          const server = byWeight(group, hash % total);
          if (upstream.usable(request, server, nowS)) return server;
        }
      }
      return upstream.smooth(request, group, nowS);
    },
  };
}

/** The key is any text. */
export const hash = byHash(({ key, round, hash: sum = 0 }) => {
  const text = round === 0 ? key : `${round}${key}`;
  return (sum + ((crc32(utf8.encode(text)) >>> 16) & 0x7fff)) >>> 0;
});

/** The key is an IPv4 address. */
export const ipHash = byHash(({ key, hash: before = FIRST_IP_HASH }) => {
  const parts = key.split('.').slice(0, NETWORK_BYTES);
  return parts.reduce((sum, part) => (sum * IP_MULTIPLIER + Number(part)) % IP_MODULUS, before);
});
