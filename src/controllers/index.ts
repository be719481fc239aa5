// The controllers of the manager, in the order in which they hear of an event.
import type { Division } from '../model/ports/routes.ts';
import type { Leases } from '../model/ports/leases.ts';
import { cronJobController } from './cron-job/cron-job-controller.ts';
import { deployment } from './deployment/deployment-controller.ts';
import type { RolloutChoice } from './deployment/rollouts/choice.ts';
import { daemonSet } from './daemon-set/daemon-set-controller.ts';
import { disruption } from './disruption/disruption-controller.ts';
import { endpointSlice } from './endpoints/endpoint-slice-controller.ts';
import { garbageCollector } from './garbage/garbage-collector.ts';
import { namespaceController } from './garbage/namespace-controller.ts';
import { podGarbageCollector } from './garbage/pod-garbage-collector.ts';
import {
  horizontalPodAutoscaler,
  type MetricsSources,
} from './horizontal-pod-autoscaler/horizontal-pod-autoscaler-controller.ts';
import { jobController } from './job/job-controller.ts';
import { ttlAfterFinished } from './job/ttl-after-finished.ts';
import type { Controller } from './kit/controller.ts';
import { nodeLifecycle } from './nodes/node-lifecycle-controller.ts';
import { taintEviction } from './nodes/taint-eviction-controller.ts';
import { resourceQuota } from './quota/quota-controller.ts';
import { replicaSet, replicationController } from './replica-set/replica-set-controller.ts';
import { rollout } from './rollout/rollout-controller.ts';
import { statefulSet } from './stateful-set/stateful-set-controller.ts';
import { attachDetach } from './storage/attach-detach-controller.ts';
import { ephemeralVolume } from './storage/ephemeral-volume-controller.ts';
import { persistentVolume } from './storage/persistent-volume-controller.ts';
import { volumeAttacher } from './storage/volume-attacher.ts';
import { volumeProtection } from './storage/volume-protection-controller.ts';
import { volumeProvisioner } from './storage/volume-provisioner.ts';

/** Which controllers: of kube-controller-manager, of add-ons (the CSI sidecars, Argo's Rollouts), or all of them. */
export type ControllerSet = 'all' | 'kube' | 'add-ons';

/** The first pass over the nodes begins as soon as the last of them is started. */
export function controllersOf(
  set: ControllerSet,
  rollouts: RolloutChoice,
  leases: Leases,
  metrics: MetricsSources,
  division: Division,
): readonly Controller[] {
  const addOns: readonly Controller[] = [volumeProvisioner, volumeAttacher, rollout(division)];
  const [provisioner, attacher, argo] = addOns;
  const all: readonly Controller[] = [
    deployment(rollouts),
    replicaSet,
    statefulSet,
    daemonSet,
    jobController,
    cronJobController,
    ttlAfterFinished,
    endpointSlice,
    garbageCollector,
    podGarbageCollector,
    namespaceController,
    taintEviction,
    disruption,
    horizontalPodAutoscaler(metrics),
    persistentVolume,
    provisioner,
    ephemeralVolume,
    attacher,
    attachDetach,
    volumeProtection,
    resourceQuota,
    argo,
    replicationController,
    nodeLifecycle(leases),
  ];
  if (set === 'add-ons') return addOns;
  return set === 'all' ? all : all.filter((one) => !addOns.includes(one));
}
