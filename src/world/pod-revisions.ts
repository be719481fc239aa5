// Which revision a pod is of: by its ReplicaSet's number, or by the ControllerRevision that its StatefulSet or DaemonSet keeps.
import type { ControllerRevision } from '../controllers/kit/controller-revisions.ts';
import { REVISION_HASH_LABEL } from '../controllers/kit/controller-revisions.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

const DEPLOYMENT_REVISION = 'deployment.kubernetes.io/revision';
const ROLLOUT_REVISION = 'rollout.argoproj.io/revision';

export interface PodRevision {
  /** The label that says of which template the pod was made; empty for none. */
  readonly hash: string;
  /** null where it has none, or where it is not kept any more. */
  readonly number: number | null;
}

export class PodRevisions {
  readonly #state: ClusterState;
  /** By owner, then hash. */
  readonly #kept = new Map<ObjectRow, Map<string, number>>();

  /** As they are now. */
  constructor(state: ClusterState) {
    this.#state = state;
    const { objects } = state;
    for (const row of objects.ofKind('ControllerRevision')) {
      const { metadata, revision } = objects.get(row) as ControllerRevision;
      const owner = objects.owner[row];
      const ofOwner = this.#kept.get(owner) ?? new Map<string, number>();
      this.#kept.set(owner, ofOwner);
      // The label of a pod is the name of its revision in StatefulSets, its hash in DaemonSets.
      ofOwner.set(metadata.name, revision);
      const hash = metadata.labels?.[REVISION_HASH_LABEL];
      if (hash !== undefined) ofOwner.set(hash, revision);
    }
  }

  of(owner: ObjectRow, { labels }: PodClass): PodRevision {
    const { annotations } = this.#state.objects.get(owner)?.metadata ?? {};
    const annotation = annotations?.[DEPLOYMENT_REVISION] ?? annotations?.[ROLLOUT_REVISION];
    const hash = labels[REVISION_HASH_LABEL];
    if (hash !== undefined) return { hash, number: this.#kept.get(owner)?.get(hash) ?? null };
    const ofTemplate = labels['pod-template-hash'] ?? labels['rollouts-pod-template-hash'] ?? '';
    return { hash: ofTemplate, number: annotation === undefined ? null : Number(annotation) };
  }
}
