// RestartAllContainers, of a container's restart rules: all containers of the pod are stopped and removed, and the pod starts over in its sandbox.
import { ContainerState, RESTARTING_ALL } from '../model/containers.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { ContainerStops } from './container-stops.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import type { Relist } from './relist.ts';
import { restartsAll } from './restart-policy.ts';
import { Run } from './run.ts';
import type { RuntimeLog } from './runtime.ts';
import type { RuntimePlan } from './runtime-plan.ts';
import type { Task } from './tasks.ts';

const REMOVED_MESSAGE = 'The container is removed because RestartAllContainers in place';
const EXIT_CODE = 137;

interface Parts {
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly stops: ContainerStops;
  readonly log: RuntimeLog | undefined;
}

/** Whether the kubelet must remove all containers, by what it sees: from the end that asks for it until none is left. */
export function mustRestartAll(
  { seen, seenRunning }: PodRuntimes,
  plan: RuntimePlan,
  first: number,
  already: boolean,
): boolean {
  let asked = already;
  let left = false;
  for (let index = 0; index < plan.containers.length; index += 1) {
    const run = seen[first + index];
    if (run === undefined || run.isRemoved) continue;
    left = true;
    if (seenRunning[first + index] === 0) asked ||= restartsAll(plan.containers[index], run.exitCode);
  }
  return asked && left;
}

/** One after the other, without hooks or grace: regular containers, then init containers, and those that asked for it last. */
export function* removeAllContainers({ state, runtimes, stops, log }: Parts, relist: Relist, pod: PodRow): Task {
  const plan = runtimes.planOf(pod);
  const first = state.pods.firstContainer[pod];
  const targets: ContainerRow[] = [];
  const sources: ContainerRow[] = [];
  for (let i = 0; i < plan.containers.length; i += 1) {
    const index = (plan.inits + i) % plan.containers.length;
    const row = (first + index) as ContainerRow;
    const run = runtimes.seen[row];
    if (run === undefined || run.isRemoved) continue;
    const asks = runtimes.seenRunning[row] === 0 && restartsAll(plan.containers[index], run.exitCode);
    (asks ? sources : targets).push(row);
  }
  for (const row of [...targets, ...sources]) {
    if (runtimes.seenRunning[row] === 1) yield* stops.container(pod, row, 'killing', 0);
    const run = runtimes.runs[row];
    if (run === undefined) continue;
    log?.reset(row, run.attempt);
    runtimes.runs[row] = removed(state, row, run);
    relist.changed(pod);
  }
}

/** Of one that waited for its next start the end before that stays what is reported. */
function removed({ containers }: ClusterState, row: ContainerRow, run: Run): Run {
  return containers.state[row] === ContainerState.Waiting
    ? Run.removed(run.attempt + 1, run.exitCode, run.reason, run.message)
    : Run.removed(run.attempt + 1, EXIT_CODE, RESTARTING_ALL, REMOVED_MESSAGE);
}
