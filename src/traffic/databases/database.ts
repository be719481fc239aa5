// One database: the pods of a StatefulSet, of which one is the primary; or pods that nobody else knows of, each on its own.
import type { PodRow } from '../../model/rows.ts';
import type { DatabaseSpec } from '../../model/settings/database.ts';

const NONE = -1 as PodRow;

/** What has happened so far. */
export interface DatabaseCounts {
  readonly writes: number;
  readonly readOnly: number;
  readonly lost: number;
  readonly failovers: number;
  readonly lockWaits: number;
  readonly lockWaitUs: number;
  readonly withoutPrimaryUs: number;
}

export class Database {
  readonly namespace: string;
  readonly name: string;
  readonly spec: DatabaseSpec;
  /** False: each of its pods takes writes. */
  readonly hasRoles: boolean;
  /** The pod with the label, -1 for none. */
  primary: PodRow = NONE;
  /** Pods whose process runs. */
  readonly running = new Set<PodRow>();
  writes = 0;
  readOnly = 0;
  lost = 0;
  failovers = 0;
  lockWaits = 0;
  lockWaitUs = 0;
  #withoutUs = 0;
  /** Since when no primary runs; undefined while one does, and before the first one. */
  #withoutSinceUs: number | undefined;
  /** When writes were committed that replicas may not have yet, the oldest first; from `#from` on. */
  #recent: number[] = [];
  #from = 0;
  /** The last primary, and how many of its writes died with its process. */
  #last: PodRow = NONE;
  #atRisk = 0;

  constructor(namespace: string, name: string, spec: DatabaseSpec, hasRoles: boolean) {
    this.namespace = namespace;
    this.name = name;
    this.spec = spec;
    this.hasRoles = hasRoles;
  }

  takesWrites(pod: PodRow): boolean {
    return !this.hasRoles || pod === this.primary;
  }

  /** A replica follows, for which a synchronous write waits. */
  get hasReplica(): boolean {
    return this.running.size > (this.running.has(this.primary) ? 1 : 0);
  }

  committed(nowUs: number, isReplicated: boolean): void {
    this.writes += 1;
    if (isReplicated || !this.hasRoles) return;
    this.#recent.push(nowUs);
    this.#trim(nowUs);
  }

  #trim(nowUs: number): void {
    const { lagUs } = this.spec.replication;
    while (this.#from < this.#recent.length && this.#recent[this.#from] <= nowUs - lagUs) this.#from += 1;
    if (this.#from > 1024 && 2 * this.#from > this.#recent.length) {
      this.#recent = this.#recent.slice(this.#from);
      this.#from = 0;
    }
  }

  /** Another pod, or none, has the label. */
  primaryIs(pod: PodRow, nowUs: number): void {
    if (pod === this.primary) return;
    this.primary = pod;
    if (pod !== NONE && pod !== this.#last) {
      if (this.#last !== NONE) this.failovers += 1;
      this.lost += this.#atRisk;
      this.#atRisk = 0;
      this.#recent = [];
      this.#from = 0;
      this.#last = pod;
    }
    this.#look(nowUs);
  }

  /** Its process serves from now on. What it had committed is on its disk. */
  started(pod: PodRow, nowUs: number): void {
    this.running.add(pod);
    if (pod === this.#last && pod === this.primary) this.#atRisk = 0;
    this.#look(nowUs);
  }

  /** Its process has ended: dead, or in peace. */
  ended(pod: PodRow, nowUs: number, isDead: boolean): void {
    if (!this.running.delete(pod)) return;
    if (isDead && pod === this.#last) {
      this.#trim(nowUs);
      this.#atRisk += this.#recent.length - this.#from;
      this.#recent = [];
      this.#from = 0;
    }
    this.#look(nowUs);
  }

  #look(nowUs: number): void {
    if (!this.hasRoles) return;
    if (this.primary !== NONE && this.running.has(this.primary)) {
      this.#withoutUs += nowUs - (this.#withoutSinceUs ?? nowUs);
      this.#withoutSinceUs = undefined;
    } else if (this.#last !== NONE) this.#withoutSinceUs ??= nowUs;
  }

  counts(nowUs: number): DatabaseCounts {
    const { writes, readOnly, lost, failovers, lockWaits, lockWaitUs } = this;
    const withoutPrimaryUs = this.#withoutUs + nowUs - (this.#withoutSinceUs ?? nowUs);
    return { writes, readOnly, lost, failovers, lockWaits, lockWaitUs, withoutPrimaryUs };
  }
}
