// Whose pods form a gang, and how many of them there shall be.
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** The object at the top: a Deployment rather than its ReplicaSet. A pod that nobody owns is its own. */
export interface TrainedBy {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function trainedBy({ pods, objects, identities }: ClusterState, pod: PodRow): TrainedBy {
  let owner = pods.owner[pod];
  if (owner < 0) {
    const identity = pods.identity[pod];
    return { kind: 'Pod', namespace: identities.namespace(identity), name: identities.name(identity) };
  }
  while (objects.kind[owner] === 'ReplicaSet' && objects.owner[owner] >= 0) owner = objects.owner[owner];
  return { kind: objects.kind[owner], namespace: objects.namespace[owner], name: objects.name[owner] };
}

/** As many pods as the owner runs at a time; at least one. */
export function membersWanted({ objects }: ClusterState, owner: ObjectRow): number {
  const object = owner < 0 ? undefined : objects.get(owner);
  if (object === undefined) return 1;
  if (objects.kind[owner] === 'Job') {
    const { parallelism = 1, completions = parallelism } = (object as unknown as Job).spec ?? {};
    return Math.max(1, Math.min(parallelism, completions));
  }
  const { replicas = 1 } = (object as unknown as Deployment).spec ?? {};
  return Math.max(1, replicas);
}
