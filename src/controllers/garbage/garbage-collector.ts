// The garbage collector: what is owned by an object that is gone goes too, in the background.
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import { controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';

/** Each deletion takes two requests, so Kubernetes gives this controller twice the rate. */
const RATE_FACTOR = 2;

/** Knows pods and ReplicaSets as dependents. Keys: an object's row, or -1 - pod. */
export const garbageCollector = controller({
  name: 'generic-garbage-collector',
  queue: 'garbage-collector',
  workers: 'garbageCollector',
  rateFactor: RATE_FACTOR,
  create: (work) => new GarbageCollector(work),
  watches({ api, views, queue }, collector) {
    const { owner, kind } = api.registry.objects;
    views.deployments.subscribe((row, object) => {
      if (object === undefined) for (const set of views.setsOf(row)) queue.add(set);
    });
    views.replicaSets.subscribe((row, object, what) => {
      if (object === undefined) collector.orphanPods(row);
      else if ((what & Change.Created) !== 0 && isGone(views.deployments, owner[row])) queue.add(row);
    });
    views.pods.view.subscribe((pod, _epoch, what) => {
      const of = views.pods.view.owner[pod];
      if ((what & Change.Created) === 0 || of < 0 || kind[of] !== 'ReplicaSet') return;
      if (isGone(views.replicaSets, of)) queue.add(-1 - pod);
    });
  },
});

class GarbageCollector {
  readonly #work: Work;
  /** Owners that are known to be gone. */
  readonly #absent = new Set<number>();

  constructor(work: Work) {
    this.#work = work;
  }

  orphanPods(owner: number): void {
    const { queue, views } = this.#work;
    const { byOwner } = views.pods;
    for (let pod = byOwner.first(owner); pod >= 0; pod = byOwner.next(pod)) queue.add(-1 - pod);
  }

  *sync(item: number): Steps {
    if (item < 0) yield* this.#collectPod(-1 - item);
    else yield* this.#collectObject(item);
  }

  *#collectPod(pod: number): Steps {
    const { view } = this.#work.views.pods;
    if (view.alive[pod] === 0 || (view.state[pod] & PodBit.Deleting) !== 0) return;
    const epoch = view.epoch[pod];
    if (!(yield* this.#isAbsent(view.owner[pod]))) return;
    finished(yield* this.#work.client.deletePod(pod, epoch).wait());
  }

  *#collectObject(row: number): Steps {
    const { api, client } = this.#work;
    const { objects } = api.registry;
    if (client.answered(row) === undefined || !(yield* this.#isAbsent(objects.owner[row]))) return;
    finished(yield* this.#work.client.delete(row).wait());
  }

  /** Asks for the dependent, and for its owner unless that is known to be gone. */
  *#isAbsent(owner: number): Steps<boolean> {
    const { client } = this.#work;
    yield* client.read(owner).wait();
    if (this.#absent.has(owner)) return true;
    yield* client.read(owner).wait();
    if (owner < 0 || client.answered(owner) !== undefined) return false;
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
