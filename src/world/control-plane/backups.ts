// Backup and restore of etcd: `etcdctl snapshot save`, and `etcdutl snapshot restore` with all that stops and starts around it.
import type { ApiServer } from '../../api/server.ts';
import type { Snapshot } from '../../api/requests/restore.ts';
import { sleep, type Wait } from '../../engine/script.ts';
import type { Servers } from './servers.ts';

/** Making the new data directories, and time for etcd to be healthy before the API servers are started. */
const RESTORE_US = 2e6;
const ETCD_HEALTHY_US = 2e6;

export interface RestoreOptions {
  /** The snapshot's file. */
  readonly name: string;
  /** `--bump-revision` with `--mark-compacted`; 0: neither. */
  readonly bumpRevision: number;
}

export class Backups {
  readonly #api: ApiServer;
  readonly #servers: Servers | undefined;
  readonly #snapshots = new Map<string, Snapshot>();

  /** Without `servers` nothing can be restored: the control plane cannot stop. */
  constructor(api: ApiServer, servers: Servers | undefined) {
    this.#api = api;
    this.#servers = servers;
  }

  save(name: string): void {
    this.#snapshots.set(name, this.#api.snapshot());
  }

  /** Stops etcd and the API servers, makes a cluster of the snapshot, starts both. Gives why not, if it cannot. */
  *restore({ name, bumpRevision }: RestoreOptions): Generator<Wait, string | undefined, unknown> {
    const snapshot = this.#snapshots.get(name);
    const servers = this.#servers;
    if (snapshot === undefined) return `Error: snapshot file ${name} does not exist`;
    if (servers === undefined) return 'Error: etcd has no members that could stop';
    for (const process of servers.processes) {
      process.hold();
      process.signal('SIGKILL');
    }
    yield* sleep(RESTORE_US);
    servers.etcd.renew();
    this.#api.restore(snapshot, bumpRevision);
    for (const process of servers.processes) if (process.component === 'etcd') process.letGo();
    yield* sleep(ETCD_HEALTHY_US);
    for (const process of servers.processes) if (process.component !== 'etcd') process.letGo();
    return undefined;
  }
}
