// Pending pods as groups that the scheduler's filters cannot tell apart: those of one controller and class.
import type { ListedPod } from '../cluster/listed.ts';
import { isDaemonSetPod } from '../cluster/pod-facts.ts';

/** A controller with more kinds of pods has its others looked at one by one. */
const MOST_KINDS = 10;

export function podGroups(pods: readonly ListedPod[]): ListedPod[][] {
  const groups: ListedPod[][] = [];
  const known = new Map<string, Map<number, ListedPod[]>>();
  for (const pod of pods) {
    const { controller, podClass } = pod;
    if (controller === undefined || isDaemonSetPod(pod)) {
      groups.push([pod]);
      continue;
    }
    const key = `${podClass.namespace}/${controller.kind}/${controller.name}`;
    const kinds = known.get(key) ?? new Map<number, ListedPod[]>();
    known.set(key, kinds);
    const group = kinds.get(podClass.id);
    if (group !== undefined) {
      group.push(pod);
      continue;
    }
    const made = [pod];
    groups.push(made);
    if (kinds.size < MOST_KINDS) kinds.set(podClass.id, made);
  }
  return groups;
}
