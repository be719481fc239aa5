// The phase of a pod, from the states of its containers (kubelet's getPhase).
import { PodPhase } from '../model/pods.ts';
import { isRestarted } from './restart-policy.ts';
import type { ContainerPlan, RuntimePlan } from './runtime-plan.ts';

export interface ContainerView {
  readonly state: 'none' | 'running' | 'waiting' | 'terminated';
  /** Of the current state if it is terminated, else of the one before; undefined when it never ended. */
  readonly exitCode: number | undefined;
  readonly started: boolean;
  /** It was removed to start over with all others, so that how it ended does not count. */
  readonly removed?: boolean;
}

/** `over`: nothing of the pod is started any more. `initialized`: a regular container has been started before. */
export function podPhase(
  plan: RuntimePlan,
  views: readonly ContainerView[],
  over: boolean,
  initialized: boolean,
): number {
  let pending = false;
  let failedForGood = false;
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let succeeded = 0;
  let restarting = false;
  for (let index = 0; index < plan.containers.length; index += 1) {
    const container = plan.containers[index];
    const view = views[index];
    if (index < plan.inits && !container.sidecar) {
      const failed = view.exitCode !== undefined && view.exitCode !== 0;
      if (view.state === 'running' || view.exitCode === undefined) pending = true;
      else if (failed && view.removed !== true) {
        pending = true;
        failedForGood ||= isForGood(container, view.exitCode);
      }
    } else if (index < plan.inits) {
      if (view.state === 'running') {
        running += 1;
        if (!view.started && !initialized) pending = true;
      } else if (view.exitCode === undefined) {
        waiting += 1;
        if (!initialized) pending = true;
      }
    } else if (view.state === 'running') running += 1;
    else if (view.exitCode === undefined) waiting += 1;
    else {
      stopped += 1;
      if (view.exitCode === 0) succeeded += 1;
      restarting ||= view.removed === true || isRestarted(container, view.exitCode);
    }
  }
  if (failedForGood) return PodPhase.Failed;
  if (pending || waiting > 0) return PodPhase.Pending;
  if (running > 0) return PodPhase.Running;
  if (stopped === 0) return PodPhase.Pending;
  if (over) return stopped === succeeded ? PodPhase.Succeeded : PodPhase.Failed;
  if (restarting) return PodPhase.Running;
  return stopped === succeeded ? PodPhase.Succeeded : PodPhase.Failed;
}

function isForGood(container: ContainerPlan, exitCode: number): boolean {
  return exitCode !== 0 && !isRestarted(container, exitCode);
}
