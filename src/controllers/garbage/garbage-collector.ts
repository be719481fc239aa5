// The garbage collector: what is owned by an object that is gone goes too, in the background.
import { ApiClient } from '../../api/client.ts';
import type { ApiServer } from '../../api/server.ts';
import { Refused } from '../../api/refused.ts';
import type { Engine } from '../../engine/engine.ts';
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import type { ControllerSettings } from '../settings.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';

/** Each deletion takes two requests, so Kubernetes gives this controller twice the rate. */
const RATE_FACTOR = 2;

/** Knows pods and ReplicaSets as dependents. Items of the queue: an object's row, or -1 - pod. */
export class GarbageCollector {
  readonly #api: ApiServer;
  readonly #client: ApiClient;
  readonly #views: SharedViews;
  readonly #queue: WorkQueue;
  /** Owners that are known to be gone. */
  readonly #absent = new Set<number>();

  constructor(engine: Engine, api: ApiServer, views: SharedViews, settings: ControllerSettings) {
    this.#api = api;
    this.#views = views;
    const { qps, burst } = settings.clients;
    this.#client = new ApiClient(api, 'generic-garbage-collector', { qps: qps * RATE_FACTOR, burst }, 'in-turn');
    const workers = settings.concurrentSyncs['garbageCollector'] ?? 20;
    const { syncWorkUs } = settings;
    this.#queue = new WorkQueue(engine, 'garbage-collector', { workers, syncWorkUs }, (item) => this.#sync(item));
    const { owner, kind } = api.state.objects;
    views.deployments.subscribe((row, object) => {
      if (object === undefined) for (const set of views.setsOf(row)) this.#queue.add(set);
    });
    views.replicaSets.subscribe((row, object, what) => {
      if (object === undefined) this.#orphanPods(row);
      else if ((what & Change.Created) !== 0 && isGone(views.deployments, owner[row])) this.#queue.add(row);
    });
    views.pods.view.subscribe((pod, _epoch, what) => {
      const of = api.state.pods.owner[pod];
      if ((what & Change.Created) === 0 || of < 0 || kind[of] !== 'ReplicaSet') return;
      if (isGone(views.replicaSets, of)) this.#queue.add(-1 - pod);
    });
  }

  #orphanPods(owner: number): void {
    const { byOwner } = this.#views.pods;
    for (let pod = byOwner.first(owner); pod >= 0; pod = byOwner.next(pod)) this.#queue.add(-1 - pod);
  }

  *#sync(item: number): Steps {
    if (item < 0) yield* this.#collectPod(-1 - item);
    else yield* this.#collectObject(item);
  }

  *#collectPod(pod: number): Steps {
    const { view } = this.#views.pods;
    if (view.alive[pod] === 0 || (view.state[pod] & PodBit.Deleting) !== 0) return;
    const epoch = view.epoch[pod];
    if (!(yield* this.#isAbsent(this.#api.state.pods.owner[pod]))) return;
    finished(yield* this.#client.deletePod(pod, epoch).wait());
  }

  *#collectObject(row: number): Steps {
    const { objects } = this.#api.state;
    if (objects.get(row) === undefined || !(yield* this.#isAbsent(objects.owner[row]))) return;
    finished(yield* this.#client.delete(row).wait());
  }

  /** Asks for the dependent, and for its owner unless that is known to be gone. */
  *#isAbsent(owner: number): Steps<boolean> {
    const { objects } = this.#api.state;
    yield* this.#client.read(owner).wait();
    if (this.#absent.has(owner)) return true;
    yield* this.#client.read(owner).wait();
    if (owner < 0 || objects.get(owner) !== undefined) return false;
    this.#absent.add(owner);
    return true;
  }
}

function isGone(view: { get(row: number): unknown }, owner: number): boolean {
  return owner >= 0 && view.get(owner) === undefined;
}

function finished(result: number): void {
  if (result < 0 && result !== Refused.NotFound) throw new SyncFailed(`the deletion was refused (${result})`);
}
