// nginx's `hash … consistent`: a ring by weight, walked on from the key to a usable server.
import { KetamaRing, POINTS_PER_WEIGHT } from '../ketama.ts';
import { gain, type Method, MOST_MISSES, type ServerState } from './upstream.ts';

/** One method for one upstream: it keeps the ring. */
export function consistentHash(): Method {
  let ring: KetamaRing<ServerState> | undefined;
  return {
    alsoBackups: false,
    pick(upstream, request, group, nowS) {
      ring ??= new KetamaRing(
        upstream.primary.map((server) => ({
          of: server,
          name: hostAndPort(server.of.address),
          points: POINTS_PER_WEIGHT * server.of.weight,
        })),
      );
      if (request.key !== '') {
        request.hash ??= ring.place(request.key);
        for (; request.misses <= MOST_MISSES; request.misses += 1) {
          const server = ring.at(request.hash);
          if (group.includes(server) && upstream.usable(request, server, nowS)) {
            // A turn among one: what it gains it pays.
            const gained = gain(server);
            server.currentWeight -= gained;
            return server;
          }
          request.hash += 1;
        }
      }
      return upstream.smooth(request, group, nowS);
    },
  };
}

/** With a zero byte between them. */
function hostAndPort(address: string): string {
  const colon = address.lastIndexOf(':');
  return colon < 0 ? address : `${address.slice(0, colon)}\0${address.slice(colon + 1)}`;
}
