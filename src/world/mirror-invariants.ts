// An invariant of static pods: in a quiet cluster the API server has a mirror of each that a node runs, and of no other.
import { isMirror, NODE_OWNER } from '../model/mirror-pod.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** A sentence about the first one that is not as it should be. */
export function mirrorViolation(state: ClusterState): string | undefined {
  const { pods, nodes, machines, classes, closedNamespaces } = state;
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    const podClass = pods.podClass[pod] < 0 ? undefined : classes.get(pods.podClass[pod]);
    if (podClass === undefined || !isMirror(podClass)) continue;
    const isStatic = pods.held.has(pod);
    const name = `${podClass.namespace}/${state.podName(pod)}`;
    if (pods.alive[pod] === 1) {
      if (pods.owner[pod] !== NODE_OWNER) return `the mirror pod ${name} does not belong to its node`;
      if (!isStatic) return `no node runs the static pod of the mirror ${name}`;
    } else if (isStatic) {
      const node = pods.node[pod];
      const isSeen =
        nodes.alive[node] === 1 &&
        machines.nodeUp[node] === 1 &&
        closedNamespaces.why(podClass.namespace) === undefined;
      if (isSeen) return `the static pod ${name} has no mirror in a quiet cluster`;
    }
  }
  return undefined;
}
