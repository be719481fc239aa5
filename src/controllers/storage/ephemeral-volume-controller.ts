// The ephemeral volume controller: makes the claims that pods have for themselves, which end with their pods.
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import type { Claim } from '../../model/storage/objects.ts';
import { claimName, type PodClaim } from '../../model/storage/pod-volumes.ts';
import { controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';

/** Keys: a pod whose claims are missing, or -1 - the row of a claim whose pod is gone, as the garbage collector would. */
export const ephemeralVolume = controller({
  name: 'ephemeral-volume-controller',
  queue: 'ephemeral-volume',
  workers: 5,
  create: (work) => new EphemeralVolumeSyncs(work),
  watches({ api, views, queue }, syncs) {
    const { pods, classes } = api.registry;
    views.pods.view.subscribe((pod, _epoch, what) => {
      if ((what & (Change.Created | Change.Removed)) === 0) return;
      if (classes.get(pods.podClass[pod]).volumes?.ephemeral !== true) return;
      if ((what & Change.Removed) === 0) queue.add(pod);
      else syncs.orphan(api.registry.podUid(pod));
    });
  },
});

class EphemeralVolumeSyncs {
  readonly #work: Work;
  /** By UID of a pod: rows of the claims made for it. */
  readonly #made = new Map<string, number[]>();

  constructor(work: Work) {
    this.#work = work;
  }

  sync(key: number): Steps {
    return key < 0 ? this.#delete(-1 - key) : this.#make(key);
  }

  orphan(uid: string): void {
    for (const row of this.#made.get(uid) ?? []) this.#work.queue.add(-1 - row);
    this.#made.delete(uid);
  }

  *#make(pod: number): Steps {
    const { pods, classes } = this.#work.api.registry;
    const { view } = this.#work.views.pods;
    if (view.alive[pod] === 0 || (view.state[pod] & PodBit.Deleting) !== 0) return;
    const { namespace, volumes } = classes.get(pods.podClass[pod]);
    const uid = this.#work.api.registry.podUid(pod);
    const podName = this.#work.api.registry.podName(pod);
    for (const claim of volumes?.claims ?? []) {
      if (claim.template === undefined) continue;
      const result = yield* this.#work.client.create(claimFor(claim, namespace, podName, uid)).wait();
      if (result >= 0) this.#record(uid, result, view.alive[pod] === 1);
      else if (result !== Refused.AlreadyExists) throw new SyncFailed(`a claim of pod ${podName} was refused`);
    }
  }

  #record(uid: string, row: number, alive: boolean): void {
    const rows = this.#made.get(uid);
    if (!alive) this.#work.queue.add(-1 - row);
    else if (rows === undefined) this.#made.set(uid, [row]);
    else rows.push(row);
  }

  *#delete(row: number): Steps {
    yield* this.#work.client.delete(row).wait();
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
