// Tables of several objects as one: pods that are of no Gateway of their own serve all of a controller's.
import type { GatewayTable } from '../../model/gateway-table.ts';

/** The first table that has a route for a request. */
export function joined(tables: readonly GatewayTable[]): GatewayTable {
  return {
    find(request, by) {
      for (const table of tables) {
        const route = table.find(request, by);
        if (route !== undefined) return route;
      }
      return undefined;
    },
    hasTls: (host, by) => tables.some((table) => table.hasTls(host, by)),
    digest: tables.map(({ digest }) => digest).join('\n'),
  };
}
