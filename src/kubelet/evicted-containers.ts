// Containers of evicted pods: a look at all pods that finds one ended, before its pod is over, has it removed at once; how it ended is lost with it.
import { ContainerState, STATUS_UNKNOWN } from '../model/containers.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';
import { Run } from './run.ts';

const MESSAGE = 'The container could not be located when the pod was deleted.  The container used to be Running';
const EXIT_CODE = 137;

/** To be called when a look at all pods has found that this one is other than before. */
export function removeEvicted({ pods, containers }: ClusterState, runtimes: PodRuntimes, pod: PodRow): void {
  // A pod past its deadline has failed, but nobody has evicted it.
  if (runtimes.work[pod] !== Work.Terminating || runtimes.endings.get(pod)?.fails !== false) return;
  const first = pods.firstContainer[pod];
  for (let row = first; row < first + runtimes.planOf(pod).containers.length; row += 1) {
    const run = runtimes.seen[row];
    if (run === undefined || runtimes.seenRunning[row] === 1 || containers.state[row] !== ContainerState.Running)
      continue;
    // A pod that is being deleted is not taken for one whose container started over.
    const attempt = runtimes.deleted[pod] === 0 ? run.attempt + 1 : run.attempt;
    const removed = Run.removed(attempt, EXIT_CODE, STATUS_UNKNOWN, MESSAGE);
    runtimes.runs[row] = removed;
    runtimes.seen[row] = removed;
  }
}
