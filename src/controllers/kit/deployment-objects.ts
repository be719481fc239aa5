// The fields of Deployments and ReplicaSets that their controllers read, and the annotations that they keep.
import type {
  DeploymentCondition,
  DeploymentSpec,
  DeploymentStatus as PublishedDeploymentStatus,
  ReplicaSetCondition,
  ReplicaSetSpec,
  ReplicaSetStatus as PublishedReplicaSetStatus,
} from 'kubernetes-types/apps/v1.js';
import type { KubeObject, ObjectMeta } from '../../model/object-store.ts';

/** Beta since Kubernetes 1.35, newer than the published types. */
interface Terminating {
  readonly terminatingReplicas?: number;
}

export type DeploymentStatus = Readonly<Omit<PublishedDeploymentStatus, 'conditions'>> &
  Terminating & { readonly conditions?: readonly Condition[] };
export type ReplicaSetStatus = Readonly<Omit<PublishedReplicaSetStatus, 'conditions'>> &
  Terminating & { readonly conditions?: readonly FailureCondition[] };
export type Condition = Readonly<DeploymentCondition>;
export type FailureCondition = Readonly<ReplicaSetCondition>;

export interface Deployment extends KubeObject {
  readonly kind: 'Deployment';
  readonly spec: Readonly<DeploymentSpec>;
  readonly status?: DeploymentStatus;
}

export interface ReplicaSet extends KubeObject {
  readonly kind: 'ReplicaSet';
  readonly spec: Readonly<ReplicaSetSpec>;
  readonly status?: ReplicaSetStatus;
}

export const Annotation = {
  Revision: 'deployment.kubernetes.io/revision',
  RevisionHistory: 'deployment.kubernetes.io/revision-history',
  Desired: 'deployment.kubernetes.io/desired-replicas',
  Max: 'deployment.kubernetes.io/max-replicas',
  RollbackTo: 'deprecated.deployment.rollback.to',
  LastApplied: 'kubectl.kubernetes.io/last-applied-configuration',
} as const;

/** How Go's int32 fields without a limit are written. */
const NO_LIMIT = 2 ** 31 - 1;

export function desiredReplicas(object: Deployment | ReplicaSet): number {
  return object.spec.replicas ?? 1;
}

export function annotation(object: KubeObject, key: string): string | undefined {
  return object.metadata.annotations?.[key];
}

/** A whole number as Go's strconv reads it, or undefined. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** The revision annotation: 0 without one, undefined for one that is no number. */
export function revision(object: KubeObject): number | undefined {
  const text = annotation(object, Annotation.Revision);
  return text === undefined ? 0 : wholeNumber(text);
}

export function withAnnotations<T extends KubeObject>(object: T, annotations: ObjectMeta['annotations']): T {
  const { annotations: _old, ...metadata } = object.metadata;
  return { ...object, metadata: annotations === undefined ? metadata : { ...metadata, annotations } };
}

/** The deadline in seconds, undefined for none. */
export function progressDeadline(deployment: Deployment): number | undefined {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds === NO_LIMIT ? undefined : seconds;
}

/** How many old ReplicaSets to keep, undefined for all. */
export function historyLimit(deployment: Deployment): number | undefined {
  const limit = deployment.spec.revisionHistoryLimit;
  return limit === NO_LIMIT ? undefined : limit;
}

export function isActiveSet(set: ReplicaSet): boolean {
  return desiredReplicas(set) > 0;
}

/** Sum of spec.replicas. */
export function totalDesired(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + desiredReplicas(set), 0);
}

/** Sum of a number of the status. */
export function totalStatus(
  sets: readonly ReplicaSet[],
  field: 'replicas' | 'readyReplicas' | 'availableReplicas',
): number {
  return sets.reduce((sum, set) => sum + (set.status?.[field] ?? 0), 0);
}

/** Oldest first; ReplicaSets of the same second by name. */
export function byCreation(a: KubeObject, b: KubeObject): number {
  return compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || byName(a, b);
}

function byName(a: KubeObject, b: KubeObject): number {
  return compareText(a.metadata.name, b.metadata.name);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
