// Databases over time: the rows of databases.csv.
import type { Row } from '../metrics/catalogue.ts';
import type { ClusterState } from '../model/state.ts';
import type { Database, DatabaseCounts } from '../traffic/databases/database.ts';
import type { Databases } from '../traffic/databases/databases.ts';

const NOTHING: DatabaseCounts = {
  writes: 0,
  readOnly: 0,
  lost: 0,
  failovers: 0,
  lockWaits: 0,
  lockWaitUs: 0,
  withoutPrimaryUs: 0,
};

export class DatabaseHistory {
  readonly rows: Row<'databases'>[] = [];
  readonly #state: ClusterState;
  readonly #databases: Databases | undefined;
  readonly #before = new Map<Database, DatabaseCounts>();

  constructor(state: ClusterState, databases: Databases | undefined) {
    this.#state = state;
    this.#databases = databases;
  }

  /** The interval ends now. */
  sample(nowUs: number): void {
    for (const database of this.#databases?.all ?? []) {
      const { namespace, name, primary, running } = database;
      const now = database.counts(nowUs);
      const before = this.#before.get(database) ?? NOTHING;
      this.#before.set(database, now);
      this.rows.push({
        time_seconds: nowUs / 1e6,
        namespace,
        database: name,
        primary: primary < 0 ? '' : this.#state.podName(primary),
        writes: now.writes - before.writes,
        read_only_errors: now.readOnly - before.readOnly,
        lost_writes: now.lost - before.lost,
        failovers: now.failovers - before.failovers,
        without_primary_seconds: (now.withoutPrimaryUs - before.withoutPrimaryUs) / 1e6,
        lock_waits: now.lockWaits - before.lockWaits,
        lock_wait_seconds: (now.lockWaitUs - before.lockWaitUs) / 1e6,
        running: running.size,
      });
    }
  }
}
