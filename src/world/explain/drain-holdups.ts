// What a drain of a node that has not ended waits for: the answers of budgets, and pods that do not end.
import { JOB_TRACKING } from '../../model/job-pod.ts';
import { PodBit } from '../../model/pods.ts';
import type { PodRow } from '../../model/rows.ts';
import type { World } from '../build.ts';
import { showDuration } from '../expectations.ts';
import type { ObjectInTheWay } from './objects-in-the-way.ts';
import { troubleOf } from './pod-troubles.ts';

export function drainHoldups(world: World, node: string): ObjectInTheWay[] {
  return world.kubectl.holdupsOf(node).map(({ pod, why, givenUs }) => {
    const [namespace, name] = pod.split('/');
    const row = world.state.findPod(namespace, name);
    const waits = why === '' ? `its end: ${row < 0 ? 'it has just gone' : endOf(world, row)}` : `an eviction: ${why}`;
    return { object: `Pod/${pod}`, says: `the drain of ${showDuration(givenUs)} waits for ${waits}` };
  });
}

/** How far a pod's deletion is. */
function endOf(world: World, pod: PodRow): string {
  const { pods } = world.state;
  if ((pods.state[pod] & PodBit.Deleting) === 0) return 'its eviction has not been answered yet';
  const graceEndsUs = pods.deletedAt[pod] + pods.graceUs[pod];
  const isOver = graceEndsUs <= world.engine.now;
  const finalizers = [
    ...((pods.state[pod] & PodBit.Tracked) === 0 ? [] : [JOB_TRACKING]),
    ...(pods.finalizers.get(pod) ?? []),
  ];
  const kept = isOver && finalizers.length > 0 ? `, its finalizers keep it (${finalizers.join(', ')})` : '';
  const grace = `its grace period ${isOver ? 'ended' : 'ends'} at ${showDuration(graceEndsUs)}`;
  return [troubleOf(world, pod), `${grace}${kept}`].filter((part) => part !== undefined).join(', ');
}
