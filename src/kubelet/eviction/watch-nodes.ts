// Sets up the eviction manager of all nodes: what of a kubelet it asks, and whom it tells.
import type { Engine } from '../../engine/engine.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { NodeSignal } from '../../model/settings/kubelet.ts';
import type { ClusterState } from '../../model/state.ts';
import type { NodePods } from '../node-pods.ts';
import type { NodeStatuses } from '../node-status.ts';
import type { PodEndings } from '../pod-endings.ts';
import type { PodEvents } from '../pod-events.ts';
import { type PodRuntimes, Work } from '../pod-runtimes.ts';
import type { KubeletSettings } from '../settings.ts';
import { EvictionManager } from './eviction-manager.ts';
import type { NodeStats } from './node-stats.ts';

interface WatchParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly settings: KubeletSettings;
  readonly admitted: NodePods;
  readonly runtimes: PodRuntimes;
  readonly stats: NodeStats;
  readonly endings: PodEndings;
  readonly nodeStatuses: NodeStatuses;
  readonly events: PodEvents;
  readonly reclaim: (signal: NodeSignal, node: NodeRow) => void;
}

export function watchNodes(parts: WatchParts): EvictionManager {
  const { engine, state, settings, admitted, runtimes, stats, endings, nodeStatuses, events, reclaim } = parts;
  const isOver = (pod: PodRow): boolean => runtimes.work[pod] === Work.Ended || runtimes.work[pod] === Work.None;
  const manager = new EvictionManager(
    engine,
    state,
    settings.eviction,
    admitted,
    stats,
    {
      isActive: (pod) => runtimes.work[pod] === Work.Sync,
      evict: (pod, { message, graceUs, disrupts }, ended) => {
        state.nodeHistory.add('evictions', engine.now);
        events.pod('Warning', 'Evicted', message, pod);
        endings.whenReleased(pod, ended);
        endings.end(pod, { reason: 'Evicted', message, graceUs }, disrupts);
      },
      isCleanedUp: isOver,
      reclaim,
      tell: (node, conditions) => nodeStatuses.tellPressure(node, conditions),
      isAwake: (node) => !runtimes.overdue.stopped(node),
    },
    events,
  );
  manager.startAll();
  return manager;
}
