// HAProxy's hashes of a client's address or of a header, with `hash-type map-based` or `consistent`.
import { crc32 } from '../../../lib/hashing/crc32.ts';
import { avalanche, djb2, sdbm, wt6 } from '../../../lib/hashing/string-hashes.ts';
import type { Algorithm, BackendServer, Servers } from './backend.ts';
import { ConsistentRing } from './consistent-ring.ts';
import { WeightMap } from './weight-map.ts';

export const hashFunctions = { sdbm, djb2, wt6, crc32 } as const;

export interface HashSettings {
  readonly of: 'source' | 'header';
  readonly type: 'map-based' | 'consistent';
  readonly function: keyof typeof hashFunctions;
  readonly avalanche: boolean;
  /** Percent of the mean load that no server may exceed; 0: any load. */
  readonly balanceFactor: number;
}

const utf8 = new TextEncoder();

export function hash(servers: Servers, settings: HashSettings): Algorithm {
  const hashOf = (key: string): number => {
    const raw = settings.of === 'source' ? ipv4(key) : hashFunctions[settings.function](utf8.encode(key));
    return settings.avalanche ? avalanche(raw) : raw;
  };
  // It gets everything, full or not, also what has no key.
  const alone = (): BackendServer | undefined => {
    const { group } = servers;
    return group.length === 1 ? group[0] : undefined;
  };
  if (settings.type === 'map-based') {
    const map = new WeightMap(servers);
    const changed = (): void => map.changed();
    return {
      queuesFirst: false,
      choose: (key) => alone() ?? (key === '' ? map.turn() : map.at(hashOf(key))),
      joined: changed,
      left: changed,
      reweighed: changed,
    };
  }
  const ring = new ConsistentRing(servers);
  const changed = (): void => ring.changed();
  return {
    queuesFirst: false,
    choose: (key) => alone() ?? (key === '' ? ring.turn() : ring.nearest(hashOf(key), settings.balanceFactor)),
    joined: changed,
    left: changed,
    reweighed: changed,
  };
}

function ipv4(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
