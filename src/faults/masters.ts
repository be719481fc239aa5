// Machines of the control plane that are no nodes: a fault of a place takes their processes with it.
import type { ControlPlaneProcess } from '../model/ports/control-plane-processes.ts';
import type { FaultContext } from './fault.ts';

/** Kills the processes of those machines that are no nodes, and keeps them away until what this gives is called. Nodes take their own with them. */
export function holdMasters(context: FaultContext, isHit: (process: ControlPlaneProcess) => boolean): () => void {
  const hit = mastersOf(context, isHit).map(({ name }) => name);
  for (const name of hit) {
    context.processes.hold(name);
    context.processes.signal(name, 'SIGKILL');
  }
  return () => {
    for (const name of hit) context.processes.letGo(name);
  };
}

/** " and machines of the control plane" in the words for who is hit. */
export function withMasters(context: FaultContext, isHit: (process: ControlPlaneProcess) => boolean): string {
  const count = new Set(mastersOf(context, isHit).map(({ machine }) => machine)).size;
  return count === 0 ? '' : `, ${count} machine${count === 1 ? '' : 's'} of the control plane`;
}

function mastersOf(
  { processes, state }: FaultContext,
  isHit: (process: ControlPlaneProcess) => boolean,
): readonly ControlPlaneProcess[] {
  return processes.list.filter((process) => state.findNode(process.machine) < 0 && isHit(process));
}
