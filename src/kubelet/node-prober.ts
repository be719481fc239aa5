// The prober of all kubelets, wired to who acts on what it finds.
import type { Engine } from '../engine/engine.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import type { PodStatuses } from './pod-status.ts';
import { probeVerdicts } from './probe-verdicts.ts';
import { Prober } from './prober.ts';
import type { Relist } from './relist.ts';
import type { ContainerRuntime, RuntimeLog } from './runtime.ts';

interface ProberParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly runtime: ContainerRuntime;
  readonly events: PodEvents;
  readonly log: RuntimeLog | undefined;
  readonly statuses: () => PodStatuses;
  readonly relist: () => Relist;
  readonly tell: (pod: PodRow) => void;
  readonly trigger: (pod: PodRow) => void;
  readonly startedAtUs: (node: NodeRow) => number;
}

export function proberOf(parts: ProberParts): Prober {
  const { engine, state, runtimes, runtime, relist } = parts;
  const prober: Prober = new Prober(
    engine,
    state,
    runtimes,
    runtime,
    probeVerdicts({
      ...parts,
      prober: () => prober,
      isSeenNow: (pod) => relist().isDue(pod),
      looksLater: (pod) => relist().nextUs(pod) > engine.now,
    }),
    (pod) => parts.startedAtUs(state.pods.node[pod]),
  );
  return prober;
}
