// What must hold of rolling updates of StatefulSets: never more ordinals without a ready pod by choice than may be unavailable.
import type { ApiServer } from '../api/server.ts';
import {
  isInRange,
  maxUnavailable,
  partition,
  startOrdinal,
  type StatefulSet,
} from '../controllers/kit/stateful-set-objects.ts';
import { ordinalOf } from '../controllers/stateful-set/ordinals.ts';
import { Change } from '../model/change-log.ts';
import { PodBit } from '../model/pods.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import { ActedUponVersions, HEARD_US } from './acted-upon-versions.ts';

const CONTROLLER = 'statefulset-controller';

interface Watched {
  readonly versions: ActedUponVersions<StatefulSet>;
  /** Ordinals of which it has deleted a ready pod that it wants, and none is ready since. */
  readonly taken: Set<number>;
}

export class StatefulSetUpdateInvariants {
  readonly #api: Pick<ApiServer, 'state' | 'author'> & { readonly engine: { readonly now: number } };
  readonly #sets = new Map<ObjectRow, Watched>();

  constructor(api: Pick<ApiServer, 'state' | 'author'> & { readonly engine: { readonly now: number } }) {
    this.#api = api;
  }

  setCommitted(row: ObjectRow, set: StatefulSet): void {
    this.#watched(row).versions.committed(set, this.#api.engine.now);
  }

  /** What is wrong after a change of a pod; undefined for nothing. */
  podCommitted(pod: PodRow, what: number): string | undefined {
    const { pods, objects } = this.#api.state;
    const owner = pods.owner[pod];
    if (owner < 0 || objects.kind[owner] !== 'StatefulSet') return undefined;
    const watched = this.#watched(owner);
    const ordinal = ordinalOf(objects.name[owner], this.#api.state.podName(pod));
    if ((what & Change.Deleting) !== 0 && this.#api.author === CONTROLLER) return this.#deleted(pod, ordinal, owner);
    if (watched.taken.size > 0 && this.#isReady(pod, 0)) watched.taken.delete(ordinal);
    return undefined;
  }

  /** The cluster is made of a snapshot, in which others may be ready. */
  restored(): void {
    for (const { taken } of this.#sets.values()) taken.clear();
  }

  #deleted(pod: PodRow, ordinal: number, row: ObjectRow): string | undefined {
    const { taken, versions } = this.#watched(row);
    const sets = versions.all;
    const isWanted = (one: number): boolean => sets.every((set) => isInRange(set, one));
    for (const one of taken) if (!isWanted(one)) taken.delete(one);
    // One that is not wanted any more goes without an update, and so does one that is not ready.
    if (!isWanted(ordinal) || !this.#isReady(pod, HEARD_US)) return undefined;
    taken.add(ordinal);
    // An update looks at nothing below its partition.
    const from = Math.max(...sets.map((set) => startOrdinal(set) + (partition(set) ?? 0)));
    const count = [...taken].filter((one) => one >= from).length;
    const most = Math.max(...sets.map(maxUnavailable));
    if (count <= most) return undefined;
    return `StatefulSet ${this.#api.state.objects.name[row]} took ready pods of ${count} ordinals at a time, of ${most}`;
  }

  #isReady(pod: PodRow, sinceUs: number): boolean {
    const { state, readyAt } = this.#api.state.pods;
    return (state[pod] & PodBit.Ready) !== 0 && readyAt[pod] <= this.#api.engine.now - sinceUs;
  }

  #watched(row: ObjectRow): Watched {
    let watched = this.#sets.get(row);
    if (watched === undefined) {
      watched = { versions: new ActedUponVersions(), taken: new Set() };
      this.#sets.set(row, watched);
    }
    return watched;
  }
}
