// Tables of several objects as one: pods that are of no Gateway of their own serve all of a controller's.
import type { GatewayRoute, GatewayTable } from '../../model/gateway-table.ts';

/** The first table that has a route for a request; a listener that closes connections is in the way of no other table. */
export function joined(tables: readonly GatewayTable[]): GatewayTable {
  return {
    find(request, by) {
      let closing: GatewayRoute | undefined;
      for (const table of tables) {
        const route = table.find(request, by);
        if (route?.closes === true) closing = route;
        else if (route !== undefined) return route;
      }
      return closing;
    },
    hasTls: (host, by) => tables.some((table) => table.hasTls(host, by)),
    digest: tables.map(({ digest }) => digest).join('\n'),
  };
}
