// Hot dialect: the server's half of calls where some pods are databases: writes are for the primary, wait for locks, and are committed.
import type { Engine } from '../../engine/engine.ts';
import type { DatabaseSpec } from '../../model/settings/database.ts';
import type { PodRow } from '../../model/rows.ts';
import { CALL, Field, Outcome } from '../calls.ts';
import { Step } from '../hung-processes.ts';
import { SERVER, ServerField } from '../servers.ts';
import type { Serving } from '../serving.ts';
import type { Databases } from './databases.ts';
import { WriteLocks } from './write-locks.ts';

export interface Storing {
  readonly databases: Databases;
  readonly isWrite: (site: number) => boolean;
  /** Of a behaviour; undefined where it is no database. */
  readonly specOf: (behavior: number) => DatabaseSpec | undefined;
  /** What the request is about, -1 for nothing. */
  readonly keyOf: (row: number) => number;
}

/** A Serving, or a kind of it. */
export function storing(Base: typeof Serving, { databases, isWrite, specOf, keyOf }: Storing): typeof Serving {
  return class StoringServing extends Base {
    readonly #locks: WriteLocks;
    readonly #engine: Engine;
    readonly #onReplicated: number;

    constructor(...given: ConstructorParameters<typeof Serving>) {
      const [engine, processors, ...rest] = given;
      const locks = new WriteLocks(processors, {
        nowUs: () => engine.now,
        lockOf: (row) => this.#lockOf(row),
        waited(pod, us) {
          const database = databases.of(pod);
          if (database === undefined) return;
          if (us > 0) database.lockWaits += 1;
          database.lockWaitUs += us;
        },
      });
      super(engine, locks, ...rest);
      this.#locks = locks;
      this.#engine = engine;
      this.#onReplicated = engine.kind(`traffic.replicated ${this.number}`, (row, epoch) =>
        this.#replicated(row, epoch),
      );
    }

    /** What keeps data in the pod that has the request, if it does and the request is a write. */
    #specOf(row: number): DatabaseSpec | undefined {
      const { ints } = this.calls;
      const at = CALL * row;
      if (!isWrite(ints[at + Field.Site])) return undefined;
      const behavior = this.servers.ints[SERVER * ints[at + Field.Pod] + ServerField.Behavior];
      return behavior < 0 ? undefined : specOf(behavior);
    }

    #lockOf(row: number): number | undefined {
      const locks = this.#specOf(row)?.locks ?? 'none';
      if (locks === 'none') return undefined;
      const key = locks === 'all' ? 0 : keyOf(row);
      return key < 0 ? undefined : key;
    }

    protected override take(row: number, pod: PodRow): void {
      if (this.#specOf(row) !== undefined && this.#refuses(pod)) {
        this.calls.ints[CALL * row + Field.Container] = this.number;
        this.answer(row, Outcome.Error);
        return;
      }
      super.take(row, pod);
    }

    /** Whether the pod may not write; then that is counted. */
    #refuses(pod: PodRow): boolean {
      const database = databases.of(pod);
      if (database === undefined || database.takesWrites(pod)) return false;
      database.readOnly += 1;
      return true;
    }

    override worked(row: number): void {
      const spec = this.#specOf(row);
      if (spec === undefined) {
        super.worked(row);
        return;
      }
      if (this.hangsAt(row, Step.Worked)) return;
      const { ints } = this.calls;
      const at = CALL * row;
      const { lagUs, synchronous } = spec.replication;
      if (synchronous && databases.of(ints[at + Field.Pod] as PodRow)?.hasReplica === true) {
        this.#engine.after(lagUs, this.#onReplicated, row, ints[at + Field.Epoch]);
      } else this.#commit(row, false);
    }

    #replicated(row: number, epoch: number): void {
      if (this.calls.ints[CALL * row + Field.Epoch] !== epoch || this.hangsAt(row, Step.Worked)) return;
      this.#commit(row, true);
    }

    #commit(row: number, isReplicated: boolean): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const pod = ints[at + Field.Pod] as PodRow;
      this.#locks.release(pod, row);
      if (ints[at + Field.Outcome] === Outcome.Ok) {
        // Another one may have become the primary meanwhile.
        if (this.#refuses(pod)) ints[at + Field.Outcome] = Outcome.Error;
        else databases.of(pod)?.committed(this.#engine.now, isReplicated);
      }
      super.worked(row);
    }
  };
}
