// What follows from what probes find: statuses, syncs of the pod, events.
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import type { PodStatuses } from './pod-status.ts';
import type { Prober } from './prober.ts';
import { isRestarted } from './restart-policy.ts';
import type { RuntimeLog } from './runtime.ts';

/** What becomes of a container by its probes. */
export interface ProbeVerdicts {
  /** A worker has found another run of its container, or that it is over: the pod is looked at again. */
  met(pod: PodRow): void;
  /**
   * Whether the worker of a container that has ended ends, since the container will not run again. The next sync begins another one, which has the
   * pod synced once more: so it goes on with each look at the runtime.
   */
  isOver(row: ContainerRow, pod: PodRow): boolean;
  /** Whether the kubelet looks at the pod at this very instant, and has not yet. */
  isSeenNow(pod: PodRow): boolean;
  /** Its readiness, its being started, or its need to be killed is another one now. */
  startupChanged(row: ContainerRow, pod: PodRow): void;
  readinessChanged(row: ContainerRow, pod: PodRow): void;
  mustBeKilled(row: ContainerRow, pod: PodRow): void;
  failed(row: ContainerRow, pod: PodRow, probe: string, output: string, errored: boolean): void;
  executed(row: ContainerRow, command: string, us: number): void;
}

interface VerdictParts {
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly events: PodEvents;
  readonly log: RuntimeLog | undefined;
  readonly prober: () => Prober;
  readonly statuses: () => PodStatuses;
  readonly tell: (pod: PodRow) => void;
  readonly trigger: (pod: PodRow) => void;
  readonly isSeenNow: (pod: PodRow) => boolean;
  /** Not for a kubelet that sees everything at once. */
  readonly looksLater: (pod: PodRow) => boolean;
}

export function probeVerdicts(parts: VerdictParts): ProbeVerdicts {
  return {
    met: (pod) => {
      if (parts.statuses().isRestless(pod)) parts.trigger(pod);
    },
    isOver: (row, pod) => {
      const { pods, containers } = parts.state;
      if (pods.restartingAll.has(pod) || !parts.looksLater(pod)) return false;
      const plan = parts.runtimes.planOf(pod).containers[row - pods.firstContainer[pod]];
      return !isRestarted(plan, containers.exitCode[row]);
    },
    isSeenNow: (pod) => parts.isSeenNow(pod),
    startupChanged: (row, pod) => {
      if (parts.statuses().hasStarted(row)) parts.tell(pod);
      parts.prober().resume(row);
      parts.trigger(pod);
    },
    readinessChanged: (_row, pod) => {
      if (parts.statuses().updateReadiness(pod)) parts.tell(pod);
      if (parts.statuses().isRestless(pod)) parts.trigger(pod);
    },
    mustBeKilled: (_row, pod) => parts.trigger(pod),
    failed: (_row, pod, probe, output, errored) => {
      const name = `${probe.slice(0, 1).toUpperCase()}${probe.slice(1)}`;
      const what = errored ? 'errored and resulted in unknown state' : 'failed';
      parts.events.pod('Warning', 'Unhealthy', `${name} probe ${what}: ${output}`, pod);
    },
    executed: (row, command, us) => parts.log?.executed(row, parts.runtimes.runs[row]?.attempt ?? 0, command, us),
  };
}
