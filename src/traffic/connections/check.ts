// The invariants of connections: none is lost or invented, and nobody has more than it may.
import { assert } from '../../lib/assert.ts';
import type { Connections } from './connections.ts';
import type { EdgeCounts } from './counts.ts';
import type { Pool } from './pool.ts';

/** Compares what was counted with the connections that exist. Looks at all of them: for watchers and tests. */
export function checkConnections({ all, groups, ports, ways: { conntrack } }: Connections): void {
  const open = new Map<EdgeCounts, number>();
  const pools = new Set<Pool>();
  for (const connection of all.values()) {
    const { pool, server } = connection;
    const { edge, profile } = pool.group;
    pools.add(pool);
    if (connection.isOpen) open.set(edge, (open.get(edge) ?? 0) + 1);
    const { size } = connection.rows;
    assert(size <= profile.streams, () => `a connection of ${edge.caller} has ${size} requests of ${profile.streams}`);
    assert(
      server === undefined || server.accepted.has(connection) !== server.backlog.has(connection),
      () => `a connection of ${edge.caller} is not where its server has it`,
    );
    const { accepted } = server ?? {};
    assert(
      accepted === undefined || accepted.size <= server!.settings.max,
      () => `the pod of row ${server?.pod} has accepted ${accepted?.size} connections`,
    );
  }
  for (const { ports: range, group } of pools) {
    assert(range.taken >= 0 && range.taken <= ports.limit, () => `${group.edge.caller} has ${range.taken} local ports`);
  }
  for (const edge of groups.edges) {
    const { caller, service, opened, closedByCaller, closedByServer, broken } = edge;
    const left = opened - closedByCaller - closedByServer - broken;
    assert(
      left === edge.open && left === (open.get(edge) ?? 0),
      () => `${caller} has opened ${opened} connections to ${service}; ${edge.open} are open, ${left} did not end`,
    );
  }
  for (const { node, entries, limit } of conntrack?.tables.values() ?? []) {
    assert(entries >= 0 && entries <= limit, () => `the table of the node of row ${node} has ${entries} of ${limit}`);
  }
}
