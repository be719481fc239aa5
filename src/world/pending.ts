// Pods without a node, and why: in the words of the scheduler, or what keeps it from trying.
import type { World } from './build.ts';
import type { PodRow } from '../model/rows.ts';

/** Pods that wait for the same reason. */
export interface PendingPods {
  readonly message: string;
  readonly pods: number;
  /** One of them: `namespace/name`. */
  readonly example: string;
}

/** The pods that have no node now, by reason, the most frequent first. */
export function pendingPods(world: World): PendingPods[] {
  const { state, scheduler } = world;
  const { pods, classes } = state;
  const groups = new Map<string, { pods: number; first: PodRow }>();
  for (let row = 0 as PodRow; row < pods.length; row = (row + 1) as PodRow) {
    if (pods.alive[row] === 0 || pods.node[row] >= 0) continue;
    const message = scheduler.messageOf(row) ?? whyUntried(world, row);
    const group = groups.get(message) ?? { pods: 0, first: row };
    group.pods += 1;
    groups.set(message, group);
  }
  return [...groups]
    .sort(([, a], [, b]) => b.pods - a.pods || a.first - b.first)
    .map(([message, { pods: count, first }]) => {
      const { namespace } = classes.get(pods.podClass[first]);
      const example = `${namespace}/${state.podName(first)}`;
      return { message, pods: count, example };
    });
}

/** Why the scheduler has not tried a pod. */
export function whyUntried({ state, scheduler }: World, row: PodRow): string {
  const { spec, schedulerName } = state.classes.get(state.pods.podClass[row]);
  if (state.pods.node[row] >= 0) return 'its spec names the node: the scheduler had nothing to do';
  if (spec.nodeName !== undefined) {
    return `its spec.nodeName is ${spec.nodeName}, and there is no such node: no scheduler and no kubelet looks after it`;
  }
  const names = scheduler.schedulerNames;
  if (!names.includes(schedulerName)) {
    return `its spec.schedulerName is ${schedulerName}, and no profile has that name (there is ${names.join(', ')})`;
  }
  const { place } = scheduler.queue.whereIs(row);
  const gates = (spec.schedulingGates ?? []).map((gate) => gate.name);
  if (place === 'gated') {
    return gates.length > 0
      ? `its scheduling gates are closed: ${gates.join(', ')}`
      : 'a plugin holds it back (PreEnqueue)';
  }
  if (place === 'in flight') return 'it has been given a node and is not bound yet';
  const { active } = scheduler.queue.depths;
  return place === 'active' ? `it is in the queue, with ${active - 1} others` : 'the scheduler has just heard of it';
}
