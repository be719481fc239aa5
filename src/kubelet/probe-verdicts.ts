// What follows from what probes find: statuses, syncs of the pod, events.
import type { PodRow } from '../model/rows.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import type { PodStatuses } from './pod-status.ts';
import type { Prober, ProbeVerdicts } from './prober.ts';
import type { RuntimeLog } from './runtime.ts';

interface VerdictParts {
  readonly runtimes: PodRuntimes;
  readonly events: PodEvents;
  readonly log: RuntimeLog | undefined;
  readonly prober: () => Prober;
  readonly statuses: () => PodStatuses;
  readonly tell: (pod: PodRow) => void;
  readonly trigger: (pod: PodRow) => void;
}

export function probeVerdicts(parts: VerdictParts): ProbeVerdicts {
  return {
    met: (pod) => {
      if (parts.statuses().isRestless(pod)) parts.trigger(pod);
    },
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
