// Admission plugins that change an object on its way in: a pod's priority, a claim's class and finalizer, a volume's finalizer.
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import type { KubeObject } from '../model/object-store.ts';
import { defaultStorageClass } from '../model/storage/default-class.ts';
import { type Claim, StorageAnnotation, type StorageClass } from '../model/storage/objects.ts';
import { CLAIM_PROTECTION, held, VOLUME_PROTECTION } from '../model/storage/protection.ts';
import type { PriorityClasses } from './priority-classes.ts';

/** The API server refuses a write: its answer, in its words. */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
}

type Prioritized = Pick<PodSpec, 'priority' | 'priorityClassName' | 'preemptionPolicy'>;

/** What the Priority plugin makes of a pod's fields (plugin/pkg/admission/priority). */
export function admitPriority(spec: Prioritized, name: string, classes: PriorityClasses): Prioritized {
  const forbid = (why: string): never => {
    throw new Forbidden(`pods "${name}" is forbidden: ${why}`);
  };
  const wanted = spec.priorityClassName ?? '';
  const found = wanted === '' ? classes.byDefault() : classes.get(wanted);
  if (found === undefined) return forbid(`no PriorityClass with name ${wanted} was found`);
  const { value: priority, preemptionPolicy = spec.preemptionPolicy } = found;
  const computed = 'must not be provided in pod spec; priority admission controller computed';
  if (spec.priority !== undefined && spec.priority !== priority) {
    forbid(
      `the integer value of priority (${spec.priority}) ${computed} ${priority} from the given PriorityClass name`,
    );
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    forbid(
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) ${computed} ${preemptionPolicy} ` +
        'from the given PriorityClass name',
    );
  }
  return {
    priority,
    ...(found.name === '' ? {} : { priorityClassName: found.name }),
    ...(preemptionPolicy === undefined ? {} : { preemptionPolicy }),
  };
}

/** DefaultStorageClass and StorageObjectInUseProtection: a claim that names no class gets the default one, if there is one. */
export function admitClaim(claim: Claim, classes: Iterable<StorageClass>): Claim {
  const kept = held(claim, CLAIM_PROTECTION);
  const { spec, metadata } = claim;
  if (spec?.storageClassName !== undefined || metadata.annotations?.[StorageAnnotation.BetaClass] !== undefined) {
    return kept;
  }
  const storageClassName = defaultStorageClass(classes);
  return storageClassName === undefined ? kept : { ...kept, spec: { ...spec, storageClassName } };
}

/** StorageObjectInUseProtection. */
export function admitVolume(volume: KubeObject): KubeObject {
  return held(volume, VOLUME_PROTECTION);
}
