// Which pods wait for a claim's volume before they can be scheduled.
import type { ClusterState } from '../model/state.ts';
import type { Claim } from '../model/storage/objects.ts';
import { claimName } from '../model/storage/pod-volumes.ts';
import type { PodIndex } from './pod-index.ts';

/** Names of the pods that use the claim and are on no node, in the order of their rows. */
export function waitingPods(state: ClusterState, { view }: PodIndex, { metadata }: Claim): string[] {
  const names: string[] = [];
  const { pods, classes } = state;
  for (let pod = 0; pod < view.alive.length; pod += 1) {
    if (view.alive[pod] === 0 || view.node[pod] >= 0) continue;
    const { volumes, namespace } = classes.get(pods.podClass[pod]);
    if (volumes === undefined || namespace !== metadata.namespace) continue;
    const podName = state.podName(pods.owner[pod], pods.ordinal[pod]);
    if (volumes.claims.some((claim) => claimName(claim, podName) === metadata.name)) names.push(podName);
  }
  return names;
}
