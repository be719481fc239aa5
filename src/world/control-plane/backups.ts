// What operators do with etcd: `etcdctl defrag`, `etcdctl alarm disarm`, backup and restore: `etcdctl snapshot save`, and `etcdutl snapshot restore` with all that stops and starts around it.
import type { ApiServer } from '../../api/server.ts';
import type { Snapshot } from '../../api/requests/restore.ts';
import { sleep, type Wait } from '../../engine/script.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { Servers } from './servers.ts';

/** Making the new data directories, and time for etcd to be healthy before the API servers are started. */
const RESTORE_US = 2e6;
const ETCD_HEALTHY_US = 2e6;
/** How often it is looked whether the revision has passed the one that is known. */
const LOOK_US = 1e6;

interface Proxies {
  freeze(node: NodeRow): void;
  thaw(node: NodeRow): void;
}

const NO_MEMBERS = 'Error: etcd has no members that may fail';

export interface RestoreOptions {
  /** The snapshot's file. */
  readonly name: string;
  /** `--bump-revision` with `--mark-compacted`; 0: neither. */
  readonly bumpRevision: number;
}

export class Backups {
  readonly #api: ApiServer;
  readonly #servers: Servers | undefined;
  readonly #proxies: Proxies;
  readonly #snapshots = new Map<string, Snapshot>();

  /** Without `servers` nothing can be restored: the control plane cannot stop. `proxies` hear of no Service and no endpoint while they are frozen. */
  constructor(api: ApiServer, servers: Servers | undefined, proxies: Proxies) {
    this.#api = api;
    this.#proxies = proxies;
    this.#servers = servers;
  }

  /** Gives why not, if it cannot. */
  *defragment(): Generator<Wait, string | undefined, unknown> {
    if (this.#servers === undefined) return NO_MEMBERS;
    yield* this.#servers.storage.defragment();
    return undefined;
  }

  disarm(): string | undefined {
    if (this.#servers === undefined) return NO_MEMBERS;
    this.#servers.storage.database.disarm();
    return undefined;
  }

  save(name: string): void {
    this.#snapshots.set(name, this.#api.snapshot());
  }

  /** kube-proxies that go on from a version which is yet to come hear of nothing before it. */
  *#blind(): Generator<Wait, void, unknown> {
    const { state } = this.#api;
    const { nodes } = state;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow)
      if (nodes.alive[node] === 1) this.#proxies.freeze(node);
    while (state.resourceVersion <= state.controlPlane.blindUntilVersion) yield* sleep(LOOK_US);
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) this.#proxies.thaw(node);
  }

  /** Stops etcd and the API servers, makes a cluster of the snapshot, starts both. Gives why not, if it cannot. */
  *restore({ name, bumpRevision }: RestoreOptions): Generator<Wait, string | undefined, unknown> {
    const snapshot = this.#snapshots.get(name);
    const servers = this.#servers;
    if (snapshot === undefined) return `Error: snapshot file ${name} does not exist`;
    if (servers === undefined) return NO_MEMBERS;
    for (const process of servers.processes) {
      process.hold();
      process.signal('SIGKILL');
    }
    yield* sleep(RESTORE_US);
    servers.etcd.renew();
    this.#api.restore(snapshot, bumpRevision);
    if (bumpRevision === 0) this.#api.engine.spawn('blind proxies', this.#blind());
    for (const process of servers.processes) if (process.component === 'etcd') process.letGo();
    yield* sleep(ETCD_HEALTHY_US);
    for (const process of servers.processes) if (process.component !== 'etcd') process.letGo();
    return undefined;
  }
}
