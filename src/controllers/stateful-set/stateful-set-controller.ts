// The StatefulSet controller: hears of StatefulSets and pods, and runs syncs against the API server.
import { Change } from '../../model/change-log.ts';
import type { Registry } from '../../model/registry.ts';
import { controller, type Work } from '../kit/controller.ts';
import { PodClaims } from '../kit/pod-claims.ts';
import type { StatefulSet } from '../kit/stateful-set-objects.ts';
import type { Steps, Sync } from '../kit/sync.ts';
import { SyncFailed } from '../kit/sync.ts';
import { ApiPort, type OwnPod, ownPod, Shared } from './api-port.ts';
import { ordinalOf } from './ordinals.ts';
import { OwnRevisions } from './own-revisions.ts';
import { syncStatefulSet } from './stateful-set-sync.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';

/** One for all: it is an everyday outcome. */
const STALE = new SyncFailed('the view is older than the last write');

export const statefulSet = controller({
  name: 'statefulset-controller',
  queue: 'statefulset',
  workers: 'statefulSet',
  create: (work) => new StatefulSetSyncs(work),
  watches({ views, queue }, syncs) {
    views.statefulSets.subscribe((row, set) => {
      syncs.claims.setChanged(row, set as StatefulSet | undefined);
      queue.add(row);
    });
    views.pods.view.subscribe((pod, _epoch, what) => syncs.podChanged(pod, what));
  },
});

class StatefulSetSyncs {
  readonly claims: PodClaims;
  readonly #work: Work;
  readonly #shared: Shared;
  readonly #revisions: OwnRevisions;

  constructor(work: Work) {
    this.#work = work;
    const { registry } = work.api;
    this.claims = new PodClaims(work, (row, pod) => ordinalOf(registry.objects.name[row], registry.podName(pod)) >= 0);
    this.#shared = new Shared(work);
    this.#revisions = new OwnRevisions(work);
  }

  podChanged(pod: PodRow, what: number): void {
    const { api, queue, views } = this.#work;
    const { objects } = api.registry;
    const owner = views.pods.view.owner[pod];
    if ((what & Change.Owner) !== 0 && isStatefulSet(objects, views.pods.formerOwner))
      queue.add(views.pods.formerOwner);
    if (owner < 0) {
      // An orphan is looked at when it comes and when it becomes one.
      if ((what & (Change.Created | Change.Owner | Change.Class)) === 0) return;
      for (const set of this.claims.claimants(views.pods.view.podClass[pod])) queue.add(set);
      return;
    }
    if (!isStatefulSet(objects, owner)) return;
    this.claims.podChanged(pod, what);
    queue.add(owner);
  }

  *sync(row: ObjectRow): Sync {
    const set = this.#work.views.statefulSets.get(row);
    if (set === undefined) {
      this.#shared.forget(row);
      return;
    }
    if (this.#shared.isStale(row)) return STALE;
    const revisions = yield* this.#revisions.claim(row, set);
    const pods = yield* this.#claimedPods(row, set);
    const port = new ApiPort(this.#shared, row, set, pods);
    yield* syncStatefulSet(port, set, pods, revisions, this.#shared.gates);
  }

  *#claimedPods(row: ObjectRow, set: StatefulSet): Steps<OwnPod[]> {
    const { byOwner, view } = this.#work.views.pods;
    const candidates = this.claims.candidates(row);
    const claimed = candidates.length === 0 ? undefined : yield* this.claims.claim(row, set, candidates);
    const own: OwnPod[] = [];
    for (let pod = byOwner.first(row); pod >= 0; pod = byOwner.next(pod)) {
      if (claimed?.released.includes(pod) !== true) own.push(ownPod(this.#work, set, pod));
    }
    for (const pod of claimed?.adopted ?? []) {
      if (view.owner[pod] !== row) own.push(ownPod(this.#work, set, pod));
    }
    return own;
  }
}

function isStatefulSet(objects: Registry['objects'], row: ObjectRow): boolean {
  return row >= 0 && objects.kind[row] === 'StatefulSet';
}
