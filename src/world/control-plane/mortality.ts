// Whether the control plane may die, and whether its processes elect leaders.
import type { ControlPlane } from '../../model/settings/control-plane.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Faults that name processes of the control plane. */
const OF_PROCESSES: ReadonlySet<string> = new Set(['ProcessSignal']);

/** Where it may not, its components are what they are without processes, at no cost. */
export function mayDie({
  controlPlane,
  faults,
  timeline,
}: Pick<Scenario, 'controlPlane' | 'faults' | 'timeline'>): boolean {
  return (
    controlPlane.replicas > 1 ||
    (controlPlane.etcd.members ?? 1) > 1 ||
    controlPlane.leaderElection.leaderElect === true ||
    faults.some(({ fault }) => OF_PROCESSES.has(fault.name)) ||
    timeline.some(({ action }) => action.type === 'snapshotRestore') ||
    timeline.some(({ action }) => action.type === 'fault' && OF_PROCESSES.has(action.fault.name))
  );
}

export function elects({ replicas, leaderElection }: ControlPlane): boolean {
  return leaderElection.leaderElect ?? replicas > 1;
}
