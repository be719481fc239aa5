// The annotations by which a Rollout numbers its revisions and remembers how far its ReplicaSets were scaled.
import { annotation, type ReplicaSet, wholeNumber, withAnnotations } from '../kit/deployment-objects.ts';
import { type Rollout, RolloutAnnotation, rolloutReplicas } from './rollout-objects.ts';

/** Annotations that belong to one object and are not copied from a Rollout to its ReplicaSets. */
const OWN: ReadonlySet<string> = new Set([
  RolloutAnnotation.Revision,
  RolloutAnnotation.RevisionHistory,
  RolloutAnnotation.Desired,
  'kubectl.kubernetes.io/last-applied-configuration',
]);

/** The ReplicaSet with the Rollout's annotations and the revision, if that is higher. The same object if nothing changes. */
export function withNewSetAnnotations(rollout: Rollout, set: ReplicaSet, newRevision: number): ReplicaSet {
  const missing = Object.entries(rollout.metadata.annotations ?? {}).filter(
    ([key, value]) => !OWN.has(key) && annotation(set, key) !== value,
  );
  const old = annotation(set, RolloutAnnotation.Revision);
  const oldNumber = old === undefined || old === '' ? 0 : wholeNumber(old);
  const rises = oldNumber !== undefined && oldNumber < newRevision;
  if (missing.length === 0 && !rises) return set;
  const next: Record<string, string> = { ...set.metadata.annotations, ...Object.fromEntries(missing) };
  if (rises) next[RolloutAnnotation.Revision] = String(newRevision);
  if (old !== undefined && oldNumber !== undefined) {
    const history = next[RolloutAnnotation.RevisionHistory] ?? '';
    next[RolloutAnnotation.RevisionHistory] = history === '' ? old : `${history},${old}`;
  }
  return withAnnotations(set, next);
}

/** Annotated with the size that the Rollout has now; the same object if it is already. */
export function withDesired(rollout: Rollout, set: ReplicaSet): ReplicaSet {
  const desired = String(rolloutReplicas(rollout));
  if (annotation(set, RolloutAnnotation.Desired) === desired) return set;
  return withAnnotations(set, { ...set.metadata.annotations, [RolloutAnnotation.Desired]: desired });
}

/** It was scaled for the Rollout's size, has it, and all of it is available. */
export function isSaturated(rollout: Rollout, set: ReplicaSet | undefined): boolean {
  const replicas = rolloutReplicas(rollout);
  return (
    set !== undefined &&
    (set.spec.replicas ?? 1) === replicas &&
    wholeNumber(annotation(set, RolloutAnnotation.Desired)) === replicas &&
    (set.status?.availableReplicas ?? 0) === replicas
  );
}

/** 0 without a revision, or with one that is no number. */
export function revisionOf(object: Rollout | ReplicaSet): number {
  return wholeNumber(annotation(object, RolloutAnnotation.Revision)) ?? 0;
}

export function highestRevision(sets: readonly ReplicaSet[]): number {
  return sets.reduce((highest, set) => Math.max(highest, revisionOf(set)), 0);
}

/** When its pods are to go, undefined without a deadline. */
export function scaleDownDeadline(set: ReplicaSet | undefined): string | undefined {
  const deadline = set?.metadata.annotations?.[RolloutAnnotation.ScaleDownDeadline];
  return deadline === '' ? undefined : deadline;
}

export function withDeadline(set: ReplicaSet, deadline: string | undefined): ReplicaSet {
  const { [RolloutAnnotation.ScaleDownDeadline]: _old, ...rest } = set.metadata.annotations ?? {};
  const next = deadline === undefined ? rest : { ...rest, [RolloutAnnotation.ScaleDownDeadline]: deadline };
  return withAnnotations(set, next);
}
