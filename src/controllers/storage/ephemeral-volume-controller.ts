// The ephemeral volume controller: makes the claims that pods have for themselves.
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import type { Claim } from '../../model/storage/objects.ts';
import { claimName, type PodClaim } from '../../model/storage/pod-volumes.ts';
import { controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { PodRow } from '../../model/rows.ts';

/** Keys: pods whose claims are missing. The garbage collector deletes the claims of pods that are gone. */
export const ephemeralVolume = controller({
  name: 'ephemeral-volume-controller',
  queue: 'ephemeral-volume',
  workers: 5,
  create: (work: Work<PodRow>) => new EphemeralVolumeSyncs(work),
  watches({ api, views, queue }) {
    const { classes } = api.registry;
    const { view } = views.pods;
    view.subscribe((pod, _epoch, what) => {
      if ((what & Change.Created) === 0) return;
      if (classes.get(view.podClass[pod]).volumes?.ephemeral === true) queue.add(pod);
    });
  },
});

class EphemeralVolumeSyncs {
  readonly #work: Work<PodRow>;

  constructor(work: Work<PodRow>) {
    this.#work = work;
  }

  *sync(pod: PodRow): Steps {
    const { classes } = this.#work.api.registry;
    const { view } = this.#work.views.pods;
    if (view.alive[pod] === 0 || (view.state[pod] & PodBit.Deleting) !== 0) return;
    const { namespace, volumes } = classes.get(view.podClass[pod]);
    const uid = this.#work.api.registry.podUid(pod);
    const podName = this.#work.api.registry.podName(pod);
    for (const claim of volumes?.claims ?? []) {
      if (claim.template === undefined) continue;
      const result = yield* this.#work.client.create(claimFor(claim, namespace, podName, uid)).wait();
      if (result < 0 && result !== Refused.AlreadyExists) throw new SyncFailed(`a claim of pod ${podName} was refused`);
    }
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
