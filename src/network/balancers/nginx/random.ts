// nginx's `random` and `random two least_conn`: servers drawn by weight, one or the better of two.
import { byWeight, type Method, MOST_MISSES, type ServerState } from './upstream.ts';

/** `draw` gives integers from 0 on, as the C library's random(): far above any sum of weights. */
export function random(draw: () => number): Method {
  return {
    alsoBackups: false,
    pick(upstream, request, group, nowS) {
      for (; request.misses <= MOST_MISSES; request.misses += 1) {
        const server = byWeight(upstream.primary, draw() % upstream.totalWeight);
        if (upstream.usable(request, server, nowS)) return server;
      }
      return upstream.smooth(request, group, nowS);
    },
  };
}

export function randomTwo(draw: () => number): Method {
  return {
    alsoBackups: false,
    pick(upstream, request, group, nowS) {
      let first: ServerState | undefined;
      if (group.length >= 2) {
        for (; request.misses <= MOST_MISSES; request.misses += 1) {
          const server = byWeight(upstream.primary, draw() % upstream.totalWeight);
          if (server === first || !upstream.usable(request, server, nowS)) continue;
          if (first !== undefined) {
            const worse = server.connections * first.of.weight > first.connections * server.of.weight;
            return worse ? first : server;
          }
          first = server;
        }
      }
      return upstream.smooth(request, group, nowS);
    },
  };
}
