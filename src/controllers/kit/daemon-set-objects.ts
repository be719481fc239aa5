// The fields of DaemonSets that their controller reads, and what their update strategy allows.
import type { DaemonSetSpec, DaemonSetStatus as PublishedStatus } from 'kubernetes-types/apps/v1.js';
import type { KubeObject } from '../../model/object-store.ts';
import { resolveIntOrPercent } from '../../model/parse/int-or-percent.ts';

export type DaemonSetStatus = Readonly<PublishedStatus>;

export interface DaemonSet extends KubeObject {
  readonly kind: 'DaemonSet';
  readonly spec: Readonly<DaemonSetSpec>;
  readonly status?: DaemonSetStatus;
}

const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

/** How often the template has changed, which pods have as a label; undefined when it is no number. */
export function templateGeneration({ metadata }: DaemonSet): string | undefined {
  const text = metadata.annotations?.[GENERATION_ANNOTATION];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? String(Number(text)) : undefined;
}

/** What a rolling update may do at once, in nodes. */
export interface UpdateLimits {
  readonly surge: number;
  readonly unavailable: number;
}

/** Of so many nodes that should have a pod. Percentages are rounded up; with both 0 one may be unavailable. */
export function updateLimits({ spec }: DaemonSet, desired: number): UpdateLimits {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return { surge: 0, unavailable: desired > 0 ? 1 : 0 };
  const unavailable = resolveIntOrPercent(rollingUpdate?.maxUnavailable ?? 0, desired, true);
  const surge = resolveIntOrPercent(rollingUpdate?.maxSurge ?? 0, desired, true);
  return { surge, unavailable: desired > 0 && unavailable === 0 && surge === 0 ? 1 : unavailable };
}

/** Whether a node may have an old and a new pod at the same time. */
export function allowsSurge(set: DaemonSet): boolean {
  return updateLimits(set, 1).surge > 0;
}
