// The admission plugins that change an object on its way in: a pod's priority and default tolerations, a claim's class.
import type { PodTemplateSpec, Toleration } from 'kubernetes-types/core/v1.js';
import type { KubeObject } from '../model/object-store.ts';
import { defaultStorageClass } from '../model/storage/default-class.ts';
import { type Claim, StorageAnnotation, type StorageClass } from '../model/storage/objects.ts';
import { CLAIM_PROTECTION, held, VOLUME_PROTECTION } from '../model/storage/protection.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
/** DefaultTolerationSeconds: seconds that a pod stays bound to a node that is not ready or unreachable. */
const DEFAULT_TOLERATION_SECONDS = 300;
const SYSTEM_PRIORITY: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

function tolerates(tolerations: readonly Toleration[], key: string): boolean {
  return tolerations.some(
    (one) =>
      (one.key === key || one.key === undefined || one.key === '') &&
      (one.effect === undefined || one.effect === '' || one.effect === 'NoExecute'),
  );
}

/** The template as the API server stores its pods: DefaultTolerationSeconds and Priority (behaviour B.9, B.12). */
export function admitPodTemplate(
  template: PodTemplateSpec,
  priorityOf: (className: string) => number | undefined,
): PodTemplateSpec {
  const spec = template.spec;
  if (spec === undefined) return template;
  const tolerations = [...(spec.tolerations ?? [])];
  for (const key of [NOT_READY, UNREACHABLE]) {
    if (!tolerates(tolerations, key)) {
      tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: DEFAULT_TOLERATION_SECONDS });
    }
  }
  const name = spec.priorityClassName ?? '';
  const priority = spec.priority ?? SYSTEM_PRIORITY[name] ?? priorityOf(name) ?? 0;
  return { ...template, spec: { ...spec, tolerations, priority } };
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
