// Conditions of a pod that belong to clients, such as those that its readiness gates name.
import type { PodCondition } from 'kubernetes-types/core/v1.js';
import { Change } from '../../model/change-log.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Commit } from './commit-context.ts';

/** All of them at once. */
export function setPodConditions(at: Commit, pod: PodRow, conditions: readonly PodCondition[]): void {
  const { pods } = at.state;
  if (conditions.length === 0) pods.conditions.delete(pod);
  else pods.conditions.set(pod, conditions);
  at.changes.podChanged(pod, Change.Status | Change.Conditions);
}
