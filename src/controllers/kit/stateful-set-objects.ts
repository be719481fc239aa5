// The fields of StatefulSets that their controller reads.
import type { StatefulSetSpec, StatefulSetStatus as PublishedStatus } from 'kubernetes-types/apps/v1.js';
import type { KubeObject } from '../../model/object-store.ts';
import { resolveIntOrPercent } from '../../model/parse/int-or-percent.ts';

export type StatefulSetStatus = Readonly<PublishedStatus>;

export interface StatefulSet extends KubeObject {
  readonly kind: 'StatefulSet';
  readonly spec: Readonly<StatefulSetSpec>;
  readonly status?: StatefulSetStatus;
}

export function desiredReplicas({ spec }: StatefulSet): number {
  return spec.replicas ?? 1;
}

/** The first of its ordinals. */
export function startOrdinal({ spec }: StatefulSet): number {
  return spec.ordinals?.start ?? 0;
}

export function isInRange(set: StatefulSet, ordinal: number): boolean {
  const start = startOrdinal(set);
  return ordinal >= start && ordinal < start + desiredReplicas(set);
}

/** One pod after the other; else (podManagementPolicy Parallel) all at once. */
export function isOrdered({ spec }: StatefulSet): boolean {
  return spec.podManagementPolicy !== 'Parallel';
}

export function minReadyUs({ spec }: StatefulSet): number {
  return (spec.minReadySeconds ?? 0) * 1e6;
}

/** Undefined when the update strategy has no rollingUpdate, which the API server does not fill in where the type is given. */
export function partition({ spec }: StatefulSet): number | undefined {
  const { rollingUpdate } = spec.updateStrategy ?? {};
  return rollingUpdate === undefined ? undefined : (rollingUpdate.partition ?? 0);
}

/** How many pods an update may make unavailable: a percentage is rounded down, and one is always allowed. */
export function maxUnavailable(set: StatefulSet): number {
  const given = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable;
  return given === undefined ? 1 : Math.max(1, resolveIntOrPercent(given, desiredReplicas(set), false));
}

/** How many old revisions to keep. */
export function historyLimit({ spec }: StatefulSet): number {
  return spec.revisionHistoryLimit ?? 10;
}

export function retentionPolicy({ spec }: StatefulSet): { readonly whenDeleted: string; readonly whenScaled: string } {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return { whenDeleted, whenScaled };
}
