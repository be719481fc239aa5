// nginx's `least_conn`: the fewest connections by weight; a smooth turn among those that tie.
import { gain, type Method, type ServerState } from './upstream.ts';

export const leastConn: Method = {
  alsoBackups: true,
  pick(upstream, request, group, nowS) {
    let best: ServerState | undefined;
    let first = 0;
    let ties = false;
    for (const [at, server] of group.entries()) {
      if (!upstream.usable(request, server, nowS)) continue;
      const order = best === undefined ? -1 : compare(server, best);
      if (order < 0) {
        best = server;
        first = at;
        ties = false;
      } else if (order === 0) ties = true;
    }
    if (best === undefined || !ties) return best;
    const least = best;
    let total = 0;
    for (let at = first; at < group.length; at += 1) {
      const server = group[at];
      if (compare(server, least) !== 0 || !upstream.usable(request, server, nowS)) continue;
      total += gain(server);
      if (server.currentWeight > best.currentWeight) best = server;
    }
    best.currentWeight -= total;
    return best;
  },
};

function compare(a: ServerState, b: ServerState): number {
  return a.connections * b.of.weight - b.connections * a.of.weight;
}
