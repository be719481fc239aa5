// The ephemeral volume controller: makes the claims that pods have for themselves, which end with their pods.
import { ApiClient } from '../../api/client.ts';
import type { ApiServer } from '../../api/server.ts';
import { Refused } from '../../api/refused.ts';
import type { Engine } from '../../engine/engine.ts';
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import type { Claim } from '../../model/storage/objects.ts';
import { claimName, type PodClaim } from '../../model/storage/pod-volumes.ts';
import type { ControllerSettings } from '../settings.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';

/** Workers, as in kube-controller-manager. */
const WORKERS = 5;

/** Items of the queue: a pod whose claims are missing, or -1 - the row of a claim whose pod is gone, as the garbage collector would. */
export class EphemeralVolumeController {
  readonly #api: ApiServer;
  readonly #client: ApiClient;
  readonly #views: SharedViews;
  readonly #queue: WorkQueue;
  /** By UID of a pod: rows of the claims made for it. */
  readonly #made = new Map<string, number[]>();

  constructor(engine: Engine, api: ApiServer, views: SharedViews, settings: ControllerSettings) {
    this.#api = api;
    this.#views = views;
    this.#client = new ApiClient(api, 'ephemeral-volume-controller', settings.clients, 'in-turn');
    const { syncWorkUs } = settings;
    this.#queue = new WorkQueue(engine, 'ephemeral-volume', { workers: WORKERS, syncWorkUs }, (item) =>
      item < 0 ? this.#delete(-1 - item) : this.#make(item),
    );
    views.pods.view.subscribe((pod, _epoch, what) => {
      const { pods, classes } = api.state;
      if ((what & (Change.Created | Change.Removed)) === 0) return;
      if (classes.get(pods.podClass[pod]).volumes?.ephemeral !== true) return;
      if ((what & Change.Removed) === 0) this.#queue.add(pod);
      else this.#orphan(api.state.podUid(pod));
    });
  }

  #orphan(uid: string): void {
    for (const row of this.#made.get(uid) ?? []) this.#queue.add(-1 - row);
    this.#made.delete(uid);
  }

  *#make(pod: number): Steps {
    const { pods, classes } = this.#api.state;
    const { view } = this.#views.pods;
    if (view.alive[pod] === 0 || (view.state[pod] & PodBit.Deleting) !== 0) return;
    const { namespace, volumes } = classes.get(pods.podClass[pod]);
    const uid = this.#api.state.podUid(pod);
    const podName = this.#api.state.podName(pod);
    for (const claim of volumes?.claims ?? []) {
      if (claim.template === undefined) continue;
      const result = yield* this.#client.create(claimFor(claim, namespace, podName, uid)).wait();
      if (result >= 0) this.#record(uid, result, view.alive[pod] === 1);
      else if (result !== Refused.AlreadyExists) throw new SyncFailed(`a claim of pod ${podName} was refused`);
    }
  }

  #record(uid: string, row: number, alive: boolean): void {
    const rows = this.#made.get(uid);
    if (!alive) this.#queue.add(-1 - row);
    else if (rows === undefined) this.#made.set(uid, [row]);
    else rows.push(row);
  }

  *#delete(row: number): Steps {
    yield* this.#client.delete(row).wait();
  }
}

function claimFor(claim: PodClaim, namespace: string, podName: string, uid: string): Claim {
  const { metadata, spec } = claim.template ?? { spec: {} };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(claim, podName),
      namespace,
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Pod', name: podName, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec,
  };
}
