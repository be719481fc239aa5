// What must hold of Deployments when all is quiet: their statuses are the sums over their ReplicaSets and pods.
import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import { isActive, PodBit } from '../model/pods.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** What is wrong with a Deployment in a quiet cluster; undefined for nothing. */
export function deploymentViolation({ objects, pods }: ClusterState): string | undefined {
  const readyOf = new Map<ObjectRow, number>();
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 0 || !isActive(pods.state[pod]) || (pods.state[pod] & PodBit.Ready) === 0) continue;
    readyOf.set(pods.owner[pod], (readyOf.get(pods.owner[pod]) ?? 0) + 1);
  }
  const sums = new Map<ObjectRow, { replicas: number; ready: number }>();
  for (const row of objects.ofKind('ReplicaSet')) {
    const owner = objects.owner[row];
    if (owner < 0) continue;
    const { status } = objects.get(row) as unknown as ReplicaSet;
    const sum = sums.get(owner) ?? { replicas: 0, ready: 0 };
    sums.set(owner, sum);
    sum.replicas += status?.replicas ?? 0;
    sum.ready += readyOf.get(row) ?? 0;
  }
  for (const row of objects.ofKind('Deployment')) {
    const { metadata, status } = objects.get(row) as unknown as Deployment;
    const { replicas = 0, readyReplicas = 0 } = status ?? {};
    const sum = sums.get(row) ?? { replicas: 0, ready: 0 };
    const name = `Deployment ${metadata?.name}`;
    if (replicas !== sum.replicas)
      return `${name} says ${replicas} replicas in a quiet cluster, ${sum.replicas} are there`;
    if (readyReplicas !== sum.ready) return `${name} says ${readyReplicas} ready in a quiet cluster, ${sum.ready} are`;
  }
  return undefined;
}
