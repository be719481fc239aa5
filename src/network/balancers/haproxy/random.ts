// HAProxy's `random(n)`: n independent points of the ring; the least loaded of their servers by weight.
import type { Algorithm, BackendServer, Servers } from './backend.ts';
import { ConsistentRing } from './consistent-ring.ts';

/** `draw` gives integers of 32 bits. */
export function random(servers: Servers, draws: number, draw: () => number): Algorithm {
  const ring = new ConsistentRing(servers);
  const changed = (): void => ring.changed();
  return {
    queuesFirst: false,
    choose() {
      let best = servers.onlyBackup;
      for (let n = 0; n < draws && !servers.onBackups; n += 1) {
        const server = ring.nearest(draw(), 0);
        if (best === undefined || (server !== undefined && wins(server, best))) best = server;
      }
      return best?.full === true ? undefined : best;
    },
    joined: changed,
    left: changed,
    reweighed: changed,
  };
}

/** Whether the server that was drawn later takes the place of the earlier one. */
export function wins(later: BackendServer, earlier: BackendServer): boolean {
  return later.served * earlier.weight <= earlier.served * later.weight;
}
