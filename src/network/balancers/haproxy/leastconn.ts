// HAProxy's `leastconn`: the server with the fewest requests by weight, of equals the one that has been so for longest.
import type { Algorithm, BackendServer, Servers } from './backend.ts';
import { SortedTree } from './sorted-tree.ts';

const MOST_SCALED = 4096;

export function leastconn(servers: Servers): Algorithm {
  const active = new SortedTree<BackendServer>();
  const backups = new SortedTree<BackendServer>();
  const keys = new Map<BackendServer, number>();
  const treeOf = ({ line }: BackendServer): SortedTree<BackendServer> => (line.backup ? backups : active);
  const add = (server: BackendServer): void => {
    const key = keyOf(server);
    keys.set(server, key);
    treeOf(server).add(key, server);
  };
  const remove = (server: BackendServer): void => {
    if (keys.delete(server)) treeOf(server).remove(server);
  };
  for (const server of servers.all) if (server.up) add(server);
  return {
    queuesFirst: false,
    choose() {
      const only = servers.onlyBackup;
      if (only !== undefined) return only;
      for (const server of servers.onBackups ? backups : active) {
        const { maxConnections, maxQueue } = server.line;
        if (maxConnections === 0 || server.served + server.queue.length < maxConnections + maxQueue) return server;
      }
      return undefined;
    },
    joined: add,
    left: remove,
    reweighed(server) {
      remove(server);
      add(server);
    },
    loaded(server) {
      const key = keys.get(server);
      if (key === undefined || key === keyOf(server)) return;
      remove(server);
      add(server);
    },
  };
}

function keyOf({ served, queue, scaledWeight }: BackendServer): number {
  const load = served + queue.length;
  return load === 0 ? 0 : Math.floor(((load + 1) * MOST_SCALED) / scaledWeight);
}
