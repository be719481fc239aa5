// etcd over time: the rows of etcd.csv, and the figures of its database.
import type { Row } from '../../metrics/catalogue.ts';
import type { Servers } from './servers.ts';

export class EtcdHistory {
  readonly rows: Row<'etcd'>[] = [];
  readonly #servers: Servers;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const { etcd, storage } = this.#servers;
    const { sizeBytes, inUseBytes, full } = storage.database;
    this.rows.push({
      time_seconds,
      leader: etcd.leader?.name ?? '',
      members_running: etcd.members.filter(({ runs }) => runs).length,
      quorum: etcd.hasQuorum ? 1 : 0,
      database_size_bytes: Math.round(sizeBytes),
      database_in_use_bytes: Math.round(inUseBytes),
      alarm_nospace: full ? 1 : 0,
    });
  }

  /** The database's size at the ends of the intervals from (included) to (excluded). */
  sizes(from: number, to: number): number[] {
    return this.rows.slice(from, to).map(({ database_size_bytes }) => database_size_bytes);
  }

  get alarms(): number {
    return this.#servers.storage.database.alarms;
  }

  get fullUs(): number {
    return this.#servers.storage.fullUs;
  }
}
