// What must hold of ReplicaSets and ReplicationControllers when all is quiet: they have as many pods as they want, and their statuses are true.
import type { ReplicaSet } from 'kubernetes-types/apps/v1.js';
import { isActive, PodBit } from '../model/pods.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** What is wrong with one of them in a quiet cluster; undefined for nothing. */
export function replicaSetViolation({ objects, pods }: ClusterState): string | undefined {
  const active = new Map<ObjectRow, number>();
  const ready = new Map<ObjectRow, number>();
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 0 || !isActive(pods.state[pod])) continue;
    active.set(pods.owner[pod], (active.get(pods.owner[pod]) ?? 0) + 1);
    if ((pods.state[pod] & PodBit.Ready) !== 0) ready.set(pods.owner[pod], (ready.get(pods.owner[pod]) ?? 0) + 1);
  }
  for (const kind of ['ReplicaSet', 'ReplicationController']) {
    for (const row of objects.ofKind(kind)) {
      const { metadata, spec, status } = objects.get(row) as unknown as ReplicaSet;
      const name = `${kind} ${metadata?.name}`;
      const has = active.get(row) ?? 0;
      const { replicas = 0, readyReplicas = 0, conditions = [] } = status ?? {};
      const wants = spec?.replicas ?? 1;
      if (replicas !== has) return `${name} says ${replicas} replicas in a quiet cluster, ${has} are there`;
      if (readyReplicas !== (ready.get(row) ?? 0))
        return `${name} says ${readyReplicas} ready in a quiet cluster, ${ready.get(row) ?? 0} are`;
      // One whose pods are not admitted says so.
      const fails = conditions.some(({ type }) => type === 'ReplicaFailure');
      if (!fails && wants !== has) return `${name} wants ${wants} replicas in a quiet cluster and has ${has}`;
    }
  }
  return undefined;
}
