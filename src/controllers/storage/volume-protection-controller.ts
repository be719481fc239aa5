// The protection controllers: a claim stays while a pod on a node uses it, a volume while it is bound to a claim.
import type { ObjectView } from '../../api/object-view.ts';
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isTerminal } from '../../model/pods.ts';
import type { Claim, PersistentVolume } from '../../model/storage/objects.ts';
import { CLAIM_PROTECTION, released, VOLUME_PROTECTION } from '../../model/storage/protection.ts';
import { controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** Keys: rows of claims and volumes that are being deleted. */
export const volumeProtection = controller({
  name: 'pvc-protection-controller',
  queue: 'volume-protection',
  workers: 1,
  create: (work) => new ProtectionSyncs(work),
  watches({ views, queue }, { claims, volumes }) {
    /** Claims that are being deleted. */
    const doomed = new Set<ObjectRow>();
    claims.subscribe((row) => {
      const claim = claims.get(row);
      if (claim?.metadata.deletionTimestamp === undefined) {
        doomed.delete(row);
        return;
      }
      doomed.add(row);
      queue.add(row);
    });
    volumes.subscribe((row, volume) => {
      if (volume?.metadata.deletionTimestamp !== undefined) queue.add(row);
    });
    views.pods.view.subscribe((pod, _epoch, what) => {
      if (doomed.size === 0) return;
      if ((what & Change.Removed) === 0 && !isTerminal(views.pods.view.state[pod])) return;
      const names = views.claimUsers.claimsOf(pod);
      for (const row of doomed) if (names.includes(keyOf(claims.get(row)))) queue.add(row);
    });
  },
});

class ProtectionSyncs {
  readonly claims: ObjectView<Claim>;
  readonly volumes: ObjectView<PersistentVolume>;
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
    this.claims = work.api.watchObjects<Claim>('PersistentVolumeClaim');
    this.volumes = work.api.watchObjects<PersistentVolume>('PersistentVolume');
  }

  *sync(row: ObjectRow): Steps {
    const claim = this.claims.get(row);
    const volume = this.volumes.get(row);
    if (claim !== undefined && !this.#isUsed(claim)) yield* this.#release(row, claim, CLAIM_PROTECTION);
    if (volume !== undefined && volume.status?.phase !== 'Bound') yield* this.#release(row, volume, VOLUME_PROTECTION);
  }

  *#release(row: ObjectRow, object: KubeObject, finalizer: string): Steps {
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    if (deletionTimestamp === undefined || !finalizers.includes(finalizer)) return;
    const result = yield* this.#work.client.update(row, released(object, finalizer)).wait();
    if (result === Refused.Conflict) throw new SyncFailed(`${object.metadata.name} has changed`);
  }

  /** Pods without a node do not count: no kubelet will start them with a claim that is being deleted. */
  #isUsed(claim: Claim): boolean {
    const { node, state } = this.#work.views.pods.view;
    return [...this.#work.views.claimUsers.of(claim)].some((pod) => node[pod] >= 0 && !isTerminal(state[pod]));
  }
}

function keyOf(claim: Claim | undefined): string {
  return claim === undefined ? '' : `${claim.metadata.namespace ?? ''}/${claim.metadata.name}`;
}
