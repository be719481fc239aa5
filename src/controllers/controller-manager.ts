// The controller manager: all controllers on one set of views, each with a client and a rate limit of its own.
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import type { Leases } from '../model/ports.ts';
import { DeploymentController } from './deployment-controller.ts';
import { DisruptionController } from './disruption-controller.ts';
import { EndpointSliceController } from './endpoint-slice-controller.ts';
import { GarbageCollector } from './garbage-collector.ts';
import { NodeLifecycleController } from './node-lifecycle-controller.ts';
import { ReplicaSetController } from './replica-set-controller.ts';
import { type RolloutEntry, RolloutLog } from './rollout-log.ts';
import { RolloutChoice } from './rollouts/choice.ts';
import type { ControllerSettings } from './settings.ts';
import { SharedViews } from './shared-views.ts';
import { TaintEvictionController } from './taint-eviction-controller.ts';

export class ControllerManager {
  readonly deployment: DeploymentController;
  readonly replicaSet: ReplicaSetController;
  readonly endpointSlice: EndpointSliceController;
  readonly garbageCollector: GarbageCollector;
  readonly taintEviction: TaintEvictionController;
  readonly disruption: DisruptionController;
  readonly nodeLifecycle: NodeLifecycleController;
  readonly #log: RolloutLog;

  /** Build it after the nodes exist and before the first object is created. The first pass over the nodes begins at once. */
  constructor(
    engine: Engine,
    api: ApiServer,
    settings: ControllerSettings,
    leases: Leases,
    rollouts = new RolloutChoice(),
  ) {
    const views = new SharedViews(api);
    this.#log = new RolloutLog(engine, api.state, views);
    this.deployment = new DeploymentController(engine, api, views, settings, rollouts);
    this.replicaSet = new ReplicaSetController(engine, api, views, settings);
    this.endpointSlice = new EndpointSliceController(engine, api, views, settings);
    this.garbageCollector = new GarbageCollector(engine, api, views, settings);
    this.taintEviction = new TaintEvictionController(engine, api, views, settings);
    this.disruption = new DisruptionController(engine, api, views, settings);
    this.nodeLifecycle = new NodeLifecycleController(engine, api, views, settings, leases);
  }

  /** The rollouts so far, in the order of their starts. */
  get rollouts(): readonly RolloutEntry[] {
    return this.#log.entries;
  }
}
