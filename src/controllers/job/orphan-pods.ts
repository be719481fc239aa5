// Pods with a Job's finalizer whose Job is gone or has ended: they lose it, so that they can be deleted.
import type { ApiClient } from '../../api/client.ts';
import { Refused } from '../../api/refused.ts';
import { PodBit } from '../../model/pods.ts';
import type { ManagerContext } from '../kit/controller.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { WorkQueue } from '../kit/work-queue.ts';
import { isFinished } from '../kit/job-objects.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';

export class OrphanPods {
  readonly #client: ApiClient;
  readonly #views: SharedViews;
  readonly #queue: WorkQueue<PodRow>;

  constructor(manager: ManagerContext, client: ApiClient) {
    this.#client = client;
    this.#views = manager.views;
    this.#queue = manager.queue<PodRow>('job-orphan-pods', 1, (pod) => this.#sync(pod));
  }

  add(pod: PodRow): void {
    this.#queue.add(pod);
  }

  /** The Job has ended or is gone. */
  lookAt(job: ObjectRow): void {
    const { byOwner, view } = this.#views.pods;
    for (let pod = byOwner.first(job); pod >= 0; pod = byOwner.next(pod)) {
      if ((view.state[pod] & PodBit.Tracked) !== 0) this.add(pod);
    }
  }

  *#sync(pod: PodRow): Steps {
    const { pods, jobs } = this.#views;
    const { alive, state, owner, epoch } = pods.view;
    if (alive[pod] === 0 || (state[pod] & PodBit.Tracked) === 0) return;
    const job = jobs.get(owner[pod]);
    if (job !== undefined && !isFinished(job)) return;
    const result = yield* this.#client.untrackPod(pod, epoch[pod]).wait();
    if (result < 0 && result !== Refused.NotFound) throw new SyncFailed('the finalizer could not be removed');
  }
}
