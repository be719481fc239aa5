// The Services of a Rollout: whose pods each of them selects.
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { ServiceObject } from '../kit/shared-views.ts';
import type { Steps } from '../kit/sync.ts';
import { desiredReplicas } from '../kit/deployment-objects.ts';
import { availableReplicas, hashOf, type Rollout, ROLLOUT_HASH_LABEL, RolloutAnnotation } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** The hash in its selector; empty for none. */
export function selectedHash(service: ServiceObject | undefined): string {
  return service?.spec?.selector?.[ROLLOUT_HASH_LABEL] ?? '';
}

/** Names of the Services that the Rollout selects pods for. */
export function servicesOf({ spec: { strategy } }: Rollout): readonly string[] {
  const { canary, blueGreen } = strategy;
  const names = [
    canary?.canaryService,
    canary?.stableService,
    canary?.pingPong?.pingService,
    canary?.pingPong?.pongService,
    blueGreen?.activeService,
    blueGreen?.previewService,
  ];
  return names.filter((name): name is string => name !== undefined && name !== '');
}

function isManaged({ metadata }: ServiceObject): boolean {
  return metadata.annotations?.[RolloutAnnotation.ManagedBy] !== undefined;
}

/** Has the Service select the pods of that hash. */
export function* select(work: RolloutSync, service: ServiceObject, hash: string): Steps {
  const before = selectedHash(service);
  if (before === hash && hash !== '' && isManaged(service)) return;
  const { metadata, spec } = service;
  const managed = isManaged(service)
    ? metadata
    : {
        ...metadata,
        annotations: { ...metadata.annotations, [RolloutAnnotation.ManagedBy]: work.rollout.metadata.name },
      };
  const selector = { ...spec?.selector, [ROLLOUT_HASH_LABEL]: hash };
  yield* work.port.updateService({ ...service, metadata: managed, spec: { ...spec, selector } });
  const how = `selector for service '${metadata.name}' from '${before}' to '${hash}'`;
  work.port.event('Normal', 'SwitchService', `Switched ${how}`);
}

/**
 * Has the Service select the ReplicaSet's pods, once there are some that are available. One that is new to Argo waits for all of them;
 * then the answer is false.
 */
export function* selectSet(
  work: RolloutSync,
  name: string | undefined,
  set: ReplicaSet | undefined,
  whenAvailable: boolean,
): Steps<boolean> {
  if (set === undefined || name === undefined || name === '') return true;
  const service = work.port.findService(name);
  if (service === undefined || selectedHash(service) === hashOf(set)) return true;
  const whole = desiredReplicas(set) > 0 && desiredReplicas(set) <= availableReplicas(set);
  if (whenAvailable && !isManaged(service) && !whole) return false;
  if (whenAvailable && availableReplicas(set) === 0) return true;
  yield* select(work, service, hashOf(set));
  return true;
}
