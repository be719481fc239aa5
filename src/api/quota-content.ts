// What lists of a namespace's objects have, as a quota counts them.
import type { QuotaContent } from '../model/objects/admission/quota-recount.ts';
import { isTerminal, PodBit } from '../model/pods.ts';
import type { ClassRow, ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { qualified, resourceOf } from './kinds.ts';

export function quotaContent(state: ClusterState, namespace: string, nowUs: number): QuotaContent {
  return {
    pods: () =>
      [...countedPods(state, namespace, nowUs)].map(([id, count]) => ({ spec: state.classes.get(id).spec, ...count })),
    objects: () => objectsIn(state, namespace),
  };
}

interface PodCount {
  all: number;
  running: number;
}

/** By class. A deletion may take the pod's grace, and once more, before the pod no longer counts. */
function countedPods({ pods, classes }: ClusterState, namespace: string, nowUs: number): Map<ClassRow, PodCount> {
  const counts = new Map<ClassRow, PodCount>();
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    const id = pods.podClass[pod];
    if (pods.alive[pod] === 0 || classes.get(id).namespace !== namespace) continue;
    let count = counts.get(id);
    if (count === undefined) {
      count = { all: 0, running: 0 };
      counts.set(id, count);
    }
    count.all += 1;
    const isOver = (pods.state[pod] & PodBit.Deleting) !== 0 && nowUs > pods.deletedAt[pod] + 2 * pods.graceUs[pod];
    if (!isTerminal(pods.state[pod]) && !isOver) count.running += 1;
  }
  return counts;
}

function* objectsIn({ objects }: ClusterState, namespace: string): Generator<{ resource: string; object: object }> {
  for (let row = 0 as ObjectRow; row < objects.length; row = (row + 1) as ObjectRow) {
    if (objects.namespace[row] !== namespace) continue;
    const object = objects.get(row);
    const resource = object === undefined ? undefined : resourceOf(objects, object.apiVersion, object.kind);
    if (object !== undefined && resource !== undefined) yield { resource: qualified(resource), object };
  }
}
