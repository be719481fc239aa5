// The taints by which the autoscaler marks nodes: those that it deletes, and those that it soon may.
import type { Taint } from 'kubernetes-types/core/v1.js';

export const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler';
export const DELETION_CANDIDATE = 'DeletionCandidateOfClusterAutoscaler';

/** How long the taint alone says that a node is being deleted. */
const MOST_DELETION_US = 5 * 60e6;

export function hasTaint(taints: readonly Taint[], key: string): boolean {
  return taints.some((taint) => taint.key === key);
}

/** The value is the time in seconds. A taint that is there already stays as it is. */
export function withTaint(taints: readonly Taint[], key: string, nowUs: number): readonly Taint[] {
  if (hasTaint(taints, key)) return taints;
  const effect = key === TO_BE_DELETED ? 'NoSchedule' : 'PreferNoSchedule';
  return [...taints, { key, value: String(Math.floor(nowUs / 1e6)), effect }];
}

export function withoutTaint(taints: readonly Taint[], key: string): readonly Taint[] {
  return hasTaint(taints, key) ? taints.filter((taint) => taint.key !== key) : taints;
}

/** Without what the autoscaler itself has put on a node: how a new one of its group looks. */
export function withoutOwnTaints(taints: readonly Taint[]): readonly Taint[] {
  return withoutTaint(withoutTaint(taints, TO_BE_DELETED), DELETION_CANDIDATE);
}

export function isBeingDeleted(taints: readonly Taint[], nowUs: number): boolean {
  const value = taints.find(({ key }) => key === TO_BE_DELETED)?.value;
  return value !== undefined && /^-?\d+$/.test(value) && nowUs - Number(value) * 1e6 < MOST_DELETION_US;
}
