// HAProxy's `first`: the server with the lowest id that has room, so that the last ones may be switched off.
import type { Algorithm, Servers } from './backend.ts';

export function first(servers: Servers): Algorithm {
  return {
    queuesFirst: true,
    choose: () => servers.onlyBackup ?? servers.group.find(({ full }) => !full),
  };
}
