// The protection controllers: a claim stays while a pod on a node uses it, a volume while it is bound to a claim.
import { ApiClient } from '../../api/client.ts';
import type { ObjectView } from '../../api/object-view.ts';
import type { ApiServer } from '../../api/server.ts';
import { Refused } from '../../api/refused.ts';
import type { Engine } from '../../engine/engine.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isTerminal } from '../../model/pods.ts';
import type { Claim, PersistentVolume } from '../../model/storage/objects.ts';
import { CLAIM_PROTECTION, released, VOLUME_PROTECTION } from '../../model/storage/protection.ts';
import type { ControllerSettings } from '../settings.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';

/** Items of the queue: rows of claims and volumes that are being deleted. */
export class VolumeProtectionController {
  readonly #client: ApiClient;
  readonly #views: SharedViews;
  readonly #claims: ObjectView<Claim>;
  readonly #volumes: ObjectView<PersistentVolume>;
  readonly #queue: WorkQueue;
  /** Claims that are being deleted. */
  readonly #doomed = new Set<number>();

  constructor(engine: Engine, api: ApiServer, views: SharedViews, settings: ControllerSettings) {
    this.#views = views;
    this.#client = new ApiClient(api, 'pvc-protection-controller', settings.clients, 'in-turn');
    const { syncWorkUs } = settings;
    this.#queue = new WorkQueue(engine, 'volume-protection', { workers: 1, syncWorkUs }, (row) => this.#sync(row));
    this.#claims = api.watchObjects<Claim>('PersistentVolumeClaim');
    this.#volumes = api.watchObjects<PersistentVolume>('PersistentVolume');
    this.#claims.subscribe((row) => {
      const claim = this.#claims.get(row);
      if (claim?.metadata.deletionTimestamp === undefined) {
        this.#doomed.delete(row);
        return;
      }
      this.#doomed.add(row);
      this.#queue.add(row);
    });
    this.#volumes.subscribe((row, volume) => {
      if (volume?.metadata.deletionTimestamp !== undefined) this.#queue.add(row);
    });
    views.pods.view.subscribe((pod, _epoch, what) => {
      if (this.#doomed.size === 0) return;
      if ((what & Change.Removed) === 0 && !isTerminal(views.pods.view.state[pod])) return;
      const names = views.claimUsers.claimsOf(pod);
      for (const row of this.#doomed) if (names.includes(keyOf(this.#claims.get(row)))) this.#queue.add(row);
    });
  }

  *#sync(row: number): Steps {
    const claim = this.#claims.get(row);
    const volume = this.#volumes.get(row);
    if (claim !== undefined && !this.#isUsed(claim)) yield* this.#release(row, claim, CLAIM_PROTECTION);
    if (volume !== undefined && volume.status?.phase !== 'Bound') yield* this.#release(row, volume, VOLUME_PROTECTION);
  }

  *#release(row: number, object: KubeObject, finalizer: string): Steps {
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    if (deletionTimestamp === undefined || !finalizers.includes(finalizer)) return;
    const result = yield* this.#client.update(row, released(object, finalizer)).wait();
    if (result === Refused.Conflict) throw new SyncFailed(`${object.metadata.name} has changed`);
  }

  /** Pods without a node do not count: no kubelet will start them with a claim that is being deleted. */
  #isUsed(claim: Claim): boolean {
    const { node, state } = this.#views.pods.view;
    return [...this.#views.claimUsers.of(claim)].some((pod) => node[pod] >= 0 && !isTerminal(state[pod]));
  }
}

function keyOf(claim: Claim | undefined): string {
  return claim === undefined ? '' : `${claim.metadata.namespace ?? ''}/${claim.metadata.name}`;
}
