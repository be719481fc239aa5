// The controller manager: all controllers on one set of views, each with a client and a rate limit of its own.
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import type { Leases } from '../model/ports.ts';
import { AttachDetachController } from './storage/attach-detach-controller.ts';
import { DeploymentController } from './deployment/deployment-controller.ts';
import { DisruptionController } from './disruption/disruption-controller.ts';
import { EndpointSliceController } from './endpoints/endpoint-slice-controller.ts';
import { EphemeralVolumeController } from './storage/ephemeral-volume-controller.ts';
import { PodGarbageCollector } from './garbage/pod-garbage-collector.ts';
import { GarbageCollector } from './garbage/garbage-collector.ts';
import { NodeLifecycleController } from './nodes/node-lifecycle-controller.ts';
import { PersistentVolumeController } from './storage/persistent-volume-controller.ts';
import { ReplicaSetController } from './replica-set/replica-set-controller.ts';
import { type RolloutEntry, RolloutLog } from './deployment/rollout-log.ts';
import { RolloutChoice } from './deployment/rollouts/choice.ts';
import type { ControllerSettings } from './settings.ts';
import { SharedViews } from './kit/shared-views.ts';
import { TaintEvictionController } from './nodes/taint-eviction-controller.ts';
import { VolumeAttacher } from './storage/volume-attacher.ts';
import { VolumeProtectionController } from './storage/volume-protection-controller.ts';
import { VolumeProvisioner } from './storage/volume-provisioner.ts';

export class ControllerManager {
  readonly deployment: DeploymentController;
  readonly replicaSet: ReplicaSetController;
  readonly endpointSlice: EndpointSliceController;
  readonly garbageCollector: GarbageCollector;
  readonly podGarbageCollector: PodGarbageCollector;
  readonly taintEviction: TaintEvictionController;
  readonly disruption: DisruptionController;
  readonly nodeLifecycle: NodeLifecycleController;
  readonly persistentVolume: PersistentVolumeController;
  readonly volumeProvisioner: VolumeProvisioner;
  readonly ephemeralVolume: EphemeralVolumeController;
  readonly volumeAttacher: VolumeAttacher;
  readonly attachDetach: AttachDetachController;
  readonly volumeProtection: VolumeProtectionController;
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
    this.podGarbageCollector = new PodGarbageCollector(engine, api, views, settings);
    this.taintEviction = new TaintEvictionController(engine, api, views, settings);
    this.disruption = new DisruptionController(engine, api, views, settings);
    this.persistentVolume = new PersistentVolumeController(engine, api, views, settings);
    this.volumeProvisioner = new VolumeProvisioner(engine, api, views, settings);
    this.ephemeralVolume = new EphemeralVolumeController(engine, api, views, settings);
    this.volumeAttacher = new VolumeAttacher(engine, api, settings);
    this.attachDetach = new AttachDetachController(engine, api, views, settings);
    this.volumeProtection = new VolumeProtectionController(engine, api, views, settings);
    this.nodeLifecycle = new NodeLifecycleController(engine, api, views, settings, leases);
  }

  /** The rollouts so far, in the order of their starts. */
  get rollouts(): readonly RolloutEntry[] {
    return this.#log.entries;
  }
}
