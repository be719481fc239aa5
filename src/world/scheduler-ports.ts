// What schedulers may ask beside the API server: measured loads, and what nodes cost.
import type { Engine } from '../engine/engine.ts';
import type { ResourceMetrics } from '../model/ports/metrics-apis.ts';
import type { ClusterState } from '../model/state.ts';
import type { SchedulerPorts } from '../scheduler/framework/interface.ts';
import type { CostSettings } from './costs/cost-settings.ts';
import { Tariffs } from './costs/tariffs.ts';

/** Nothing is made before a plugin asks. */
export function schedulerPorts(
  engine: Engine,
  state: ClusterState,
  settings: CostSettings,
  resourceMetrics: () => ResourceMetrics,
): SchedulerPorts {
  return { resourceMetrics, tariffs: () => new Tariffs(state, settings).present(() => engine.now) };
}
