// Which pods a rolling update deletes next: from the highest ordinal down to the partition.
import { isHealthy } from './pod-states.ts';
import { maxUnavailable, minReadyUs, partition, type StatefulSet } from '../kit/stateful-set-objects.ts';
import type { OrdinalPod } from './stateful-set-port.ts';

/** `replicas` are all pods from the first ordinal to the last. The partition counts from the first one. */
export function outdatedPods(
  set: StatefulSet,
  replicas: readonly OrdinalPod[],
  update: string,
  nowUs: number,
): readonly OrdinalPod[] {
  const isDown = (pod: OrdinalPod): boolean => !isHealthy(pod, minReadyUs(set), nowUs);
  for (const pod of replicas.slice(partition(set) ?? 0).reverse()) {
    if (pod.revision !== update && !pod.deleting) return [pod];
    if (isDown(pod)) return [];
  }
  return [];
}

/** The same with the feature gate MaxUnavailableStatefulSet: as many at once as may be unavailable. */
export function outdatedPodsWithin(
  set: StatefulSet,
  replicas: readonly OrdinalPod[],
  update: string,
  nowUs: number,
): readonly OrdinalPod[] {
  const down = replicas.filter((pod) => !isHealthy(pod, minReadyUs(set), nowUs)).length;
  const budget = maxUnavailable(set) - down;
  const outdated = replicas.slice(partition(set) ?? 0).filter((pod) => pod.revision !== update && !pod.deleting);
  return budget <= 0 ? [] : outdated.reverse().slice(0, budget);
}
