// Sets up the eviction manager of all nodes: what of a kubelet it asks, and whom it tells.
import type { Engine } from '../../engine/engine.ts';
import type { ClusterState } from '../../model/state.ts';
import type { NodePods } from '../node-pods.ts';
import type { NodeStatuses } from '../node-status.ts';
import type { PodEndings } from '../pod-endings.ts';
import type { PodEvents } from '../pod-events.ts';
import { type PodRuntimes, Work } from '../pod-runtimes.ts';
import type { ContainerRuntime } from '../runtime.ts';
import type { KubeletSettings } from '../settings.ts';
import { EvictionManager } from './eviction-manager.ts';

interface WatchParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly settings: KubeletSettings;
  readonly admitted: NodePods;
  readonly runtimes: PodRuntimes;
  readonly runtime: ContainerRuntime;
  readonly endings: PodEndings;
  readonly nodeStatuses: NodeStatuses;
  readonly events: PodEvents;
}

export function watchMemory(parts: WatchParts): EvictionManager {
  const { engine, state, settings, admitted, runtimes, runtime, endings, nodeStatuses, events } = parts;
  const manager = new EvictionManager(
    engine,
    state,
    settings.eviction,
    admitted,
    runtime,
    {
      isActive: (pod) => runtimes.work[pod] === Work.Sync,
      evict: (pod, message, graceUs, ended) => {
        events.pod('Warning', 'Evicted', message, pod);
        endings.whenReleased(pod, ended);
        endings.end(pod, { reason: 'Evicted', message, graceUs });
      },
      isCleanedUp: (pod) => runtimes.work[pod] === Work.Ended || runtimes.work[pod] === Work.None,
      tell: (node, pressures) => nodeStatuses.tellPressure(node, pressures),
      isAwake: (node) => !runtimes.overdue.stopped(node),
    },
    events,
  );
  manager.startAll();
  return manager;
}
