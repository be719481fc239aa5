// The workload that a pod belongs to: what is at the top of its owners, or the pod itself.
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

export interface WorkloadName {
  readonly namespace: string;
  readonly kind: string;
  readonly workload: string;
}

export function workloadOf(state: ClusterState, pod: PodRow): WorkloadName {
  const owner = state.pods.owner[pod];
  if (owner >= 0) return topOwner(state, owner);
  const { namespace } = state.classes.get(state.pods.podClass[pod]);
  return { namespace, kind: 'Pod', workload: state.podName(pod) };
}

/** The topmost owner from an owner on. */
export function topOwner({ objects }: ClusterState, owner: ObjectRow): WorkloadName {
  let row = owner;
  while (objects.owner[row] >= 0) row = objects.owner[row];
  return { namespace: objects.namespace[row], kind: objects.kind[row], workload: objects.name[row] };
}
