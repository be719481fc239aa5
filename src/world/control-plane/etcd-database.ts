// The database of etcd beside its members: compactions that API servers ask for, the alarm when it is full, and what operators do about it.
import type { ApiServer } from '../../api/server.ts';
import type { Engine } from '../../engine/engine.ts';
import { sleep, type Wait } from '../../engine/script.ts';
import { Database } from '../../etcd/database.ts';
import type { EtcdMembers } from '../../etcd/members.ts';
import type { ControlPlane } from '../../model/settings/control-plane.ts';
import { announce } from '../announce.ts';
import { DatabaseBytes } from './database-bytes.ts';

/** `etcdctl defrag` copies what is in use; meanwhile the member does nothing else. */
const COPIED_PER_US = 200;

export class EtcdDatabase {
  readonly database: Database;
  readonly bytes: DatabaseBytes;
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #etcd: EtcdMembers;
  readonly #quotaBytes: number;
  #fullSinceUs = -1;
  #fullUs = 0;

  /** `changed` is called when writes are refused from now on, or no longer; `serves`: whether an API server can ask for a compaction. */
  constructor(
    engine: Engine,
    api: ApiServer,
    etcd: EtcdMembers,
    { quotaBytes = Infinity, compactionUs = 0 }: ControlPlane['etcd'],
    changed: () => void,
    serves: () => boolean,
  ) {
    this.#engine = engine;
    this.#api = api;
    this.#etcd = etcd;
    this.#quotaBytes = quotaBytes;
    this.database = new Database({ quotaBytes });
    this.bytes = new DatabaseBytes(api, this.database);
    this.database.onAlarm = () => {
      this.#alarm();
      changed();
    };
    if (compactionUs === 0) return;
    const compaction = engine.kind('etcd.compaction', () => {
      this.bytes.look(serves());
      if (etcd.hasQuorum) this.database.compact();
      engine.after(compactionUs, compaction, 0, 0);
    });
    engine.after(compactionUs, compaction, 0, 0);
  }

  /** Time in which writes were refused, µs. */
  get fullUs(): number {
    return this.#fullUs + (this.#fullSinceUs < 0 ? 0 : this.#engine.now - this.#fullSinceUs);
  }

  /** `etcdctl defrag`: one member after the other. */
  *defragment(): Generator<Wait, void, unknown> {
    const us = Math.round(this.database.inUseBytes / COPIED_PER_US);
    for (const { disk, runs } of this.#etcd.members) {
      if (!runs) continue;
      disk.block(this.#engine.now, us);
      yield* sleep(us);
    }
    this.database.defragment();
    this.#say('Normal', 'Defragmented', `the database has ${size(this.database.sizeBytes)}`);
  }

  #alarm(): void {
    const { full, sizeBytes } = this.database;
    const { now } = this.#engine;
    if (full) this.#fullSinceUs = now;
    else {
      this.#fullUs += now - this.#fullSinceUs;
      this.#fullSinceUs = -1;
    }
    const has = `the database has ${size(sizeBytes)} of its quota of ${size(this.#quotaBytes)}`;
    if (full) this.#say('Warning', 'AlarmActivated', `alarm NOSPACE: ${has}, writes are refused`);
    else this.#say('Normal', 'AlarmDisarmed', `alarm NOSPACE is disarmed: ${has}`);
  }

  #say(type: 'Normal' | 'Warning', reason: string, message: string): void {
    announce(this.#api.state, this.#engine.now, { source: 'etcd', type, reason, message });
  }
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
